import { isDiscovered } from "../config/discovered/read-discovered.ts";
import type { Config } from "../config/config.ts";
import { type Discovery, startDiscovery } from "./discovery.ts";
import { Gateway, type GatewayOptions } from "./gateway.ts";

/** A gateway that looks for endpoints itself. (In several processes, one looks and tells the others.) */
class DiscoveringGateway extends Gateway {
  private readonly begin: () => Discovery | undefined;
  private discovery: Discovery | undefined;

  constructor(config: Config, options: GatewayOptions, env: Readonly<Record<string, string | undefined>>) {
    super(config, options);
    const { baseDirectory = ".", onWarning } = options;
    this.begin = () =>
      startDiscovery({
        config,
        gateway: this,
        baseDirectory,
        env,
        onNews: (service, { troubles }) => {
          for (const trouble of troubles) onWarning?.(`${service}: ${trouble}`);
        },
      });
  }

  /** @throws GatewayError as `Gateway.start`, and GW0163 for a variable GATEWAYCTL_DNS that names no DNS servers */
  override async start(): Promise<void> {
    this.discovery = this.begin();
    await this.discovery?.firstLook;
    await super.start();
  }

  override async stop(): Promise<void> {
    this.discovery?.close();
    await super.stop();
  }
}

/** A gateway for a config that has been loaded, which finds endpoints where the config has them found. */
export function createWholeGateway(
  config: Config,
  options: GatewayOptions,
  env: Readonly<Record<string, string | undefined>>,
): Gateway {
  if (!Object.values(config.services).some(isDiscovered)) return new Gateway(config, options);
  return new DiscoveringGateway(config, options, env);
}
