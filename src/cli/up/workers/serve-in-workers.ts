import { randomBytes } from "node:crypto";
import { createGroupSource } from "../../../admin/group-source.ts";
import type { Config } from "../../../config/config.ts";
import { type BoundListener, newInstanceName } from "../../../gateway/gateway.ts";
import { type GroupMember, InstanceGroup } from "../../../gateway/instances/instance-group.ts";
import { type Millis, systemClock, systemWallClock } from "../../../shared/clock.ts";
import { GatewayError } from "../../../shared/errors/gateway-error.ts";
import type { CommandContext } from "../../context.ts";
import type { Serving } from "../serving.ts";
import { hasOpenPorts, settlePorts } from "./settle-ports.ts";
import { createTeam, settingsMaker, type TeamOptions } from "./team-settings.ts";

/** How often counts are read of the workers: what one counted after that is lost if it is killed. */
const READ_EVERY: Millis = 2_000;

/** How often it is looked whether kept connections are spread evenly: longer than a worker that gives some up rests. */
const SPREAD_EVERY: Millis = 1_000;

/** Of free ports, where the config leaves them open. */
const MOST_DRAWS = 5;

/** Serves in several processes over the same ports, each with its own view of the endpoints. */
export function serveInWorkers(ctx: CommandContext, options: TeamOptions): Serving {
  const { telemetry, happenings } = options;
  const group = new InstanceGroup(happenings);
  const instance = newInstanceName();
  const settingsOf = settingsMaker(ctx, options, instance);
  const clocks = { clock: systemClock, wallClock: systemWallClock };
  let { config } = options;
  let bound: readonly BoundListener[] = [];
  let stopLooking = (): void => {};
  const checkAll = ({ peer }: GroupMember): void => {
    for (const name of Object.keys(config.services)) peer.call("checkNow", name).catch(() => {});
  };
  const team = createTeam(ctx, options, group, {
    noun: "worker",
    settings: (number) => settingsOf(config, number),
    onReplaced: checkAll,
  });
  let ended: Promise<number> | undefined;
  return {
    get bound() {
      return bound;
    },
    workers: options.workers,
    gateways: 1,
    failed: team.failed,
    async start() {
      bound = await startOnFreePorts(options.config, (settled) => {
        config = settled;
        return team.start();
      });
      stopLooking = lookAfter(group);
    },
    setInstances: (service, endpoints, starting) => group.setInstances({ service, endpoints, starting }),
    setStarting: (service, starting) => group.setStarting({ service, starting }),
    setIssuerUrl: (url) => group.setIssuerUrl(url),
    checkNow: (service) => group.checkNow(service),
    requestsInFlight: () => group.requestsInFlight(),
    drain(timeoutMs) {
      team.dismiss();
      stopLooking();
      return group.drain(timeoutMs);
    },
    stop() {
      stopLooking();
      ended ??= team.end();
      return ended;
    },
    source: (routes) =>
      createGroupSource({
        group,
        instance,
        servedBy: "workers",
        listeners: () => bound.map(({ url }) => url),
        metrics: telemetry.metrics,
        routes,
        ...clocks,
      }),
  };
}

/** Where the config leaves ports open, one that another process took first is no reason to give up. */
async function startOnFreePorts<T>(config: Config, start: (settled: Config) => Promise<T>): Promise<T> {
  for (let draw = 1; ; draw++) {
    try {
      return await start(await settlePorts(config, randomBytes(8).toString("hex")));
    } catch (error) {
      const taken = error instanceof GatewayError && error.code === "GW0010" && hasOpenPorts(config);
      if (!taken || draw === MOST_DRAWS) throw error;
    }
  }
}

function lookAfter(group: InstanceGroup): () => void {
  const timers = [
    setInterval(() => void group.reports(), READ_EVERY),
    setInterval(() => void group.spreadConnections(), SPREAD_EVERY),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
