import type { Config } from "../../config/config.ts";
import { isDiscovered, isInFile, protocolOf, readDiscovered } from "../../config/discovered/read-discovered.ts";
import { findingText } from "../../config/discovered/reading.ts";
import type { Runtime } from "../../gateway/runtime.ts";
import { discoveredFrom } from "../../upstream/discovered-from.ts";
import type { DiscoverySpec, EndpointSpec } from "../../upstream/schema/endpoints.ts";
import type { CommandContext } from "../context.ts";

/**
 * Gives services whose endpoints are found the ones that can be told without a gateway: those in files are read once.
 * DNS is not asked, as nothing is to be sent: one endpoint by the name stands for all that it has.
 */
export async function giveFoundEndpoints(
  ctx: CommandContext,
  config: Config,
  runtime: Pick<Runtime, "services">,
  baseDirectory: string,
): Promise<void> {
  for (const service of Object.values(config.services).filter(isDiscovered)) {
    const { name, endpoints: spec } = service;
    if (isInFile(spec)) {
      const { endpoints, findings } = await readDiscovered(config, name, spec, { baseDirectory, env: ctx.env });
      for (const finding of findings) ctx.stderr.write(`${findingText(finding)}\n`);
      runtime.services.get(name)?.setEndpoints(endpoints ?? []);
    } else {
      runtime.services.get(name)?.setEndpoints([standIn(config, name, spec)]);
      ctx.stderr.write(`endpoints of ${name} are found while the gateway runs, in ${discoveredFrom(spec)}\n`);
    }
  }
}

function standIn(config: Config, name: string, spec: DiscoverySpec): EndpointSpec {
  const id = spec.kind === "dns" ? `dns:${spec.dns}:${spec.port}` : `srv:${spec.kind === "srv" ? spec.srv : name}`;
  return { id, protocol: protocolOf(config, name), host: name, port: 0, weight: 1, backup: false };
}
