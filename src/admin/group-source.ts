import type { GroupMember, InstanceGroup } from "../gateway/instances/instance-group.ts";
import { mergeServices } from "../gateway/instances/merge-services.ts";
import type { InstanceReport } from "../gateway/instances/protocol.ts";
import type { Clock } from "../shared/clock.ts";
import { GatewayError } from "../shared/errors/gateway-error.ts";
import { writeFamilies } from "../telemetry/metrics/exposition.ts";
import { summarizeLive } from "../telemetry/metrics/live-window.ts";
import type { Metrics } from "../telemetry/metrics/metrics.ts";
import type { AdminSource, RouteSnapshot, WorkerStatus } from "./admin-source.ts";
import { AdminError } from "./problem.ts";

export interface GroupSourceOptions {
  readonly group: InstanceGroup;
  /** In Via. */
  readonly instance: string;
  /** What the processes are. */
  readonly servedBy: "workers" | "gateways";
  /** Where clients connect to. */
  readonly listeners: () => readonly string[];
  /** Of this process, which serves nothing itself but belongs to the gateway. */
  readonly metrics: Metrics;
  readonly routes: () => readonly RouteSnapshot[];
  readonly clock: Clock;
  readonly wallClock: Clock;
}

/** A gateway that runs in several processes, as the admin API sees it. It counts as started now. */
export function createGroupSource(options: GroupSourceOptions): AdminSource {
  const { group, instance, servedBy, listeners, metrics, routes, clock, wallClock } = options;
  const startedAt = new Date(wallClock.now()).toISOString();
  const startedOn = clock.now();
  return {
    async status() {
      const members = await group.reports();
      const reports = members.map(({ report }) => report);
      const sum = (count: (report: InstanceReport) => number): number =>
        reports.reduce((total, report) => total + count(report), 0);
      return {
        instance,
        listeners: listeners(),
        startedAt,
        uptimeMs: Math.round(clock.now() - startedOn),
        connections: sum((report) => report.connections),
        requestsInFlight: sum((report) => report.requestsInFlight),
        traffic: summarizeLive(
          reports.map(({ live }) => live),
          group.leftBehind,
        ),
        servedBy,
        workers: members.map((member) => workerStatus(member, clock)),
      };
    },
    async services() {
      const views = (await group.reports()).map(({ report }) => report.services);
      return mergeServices(views, group.leftBehind.countsOf);
    },
    times: () => obeyed(group.times()),
    routes,
    metrics: async () => writeFamilies([metrics.values(), ...(await group.metrics())]),
    changeEndpoint: (change) => obeyed(group.changeEndpoint(change)),
    purgeCache: (purge) => obeyed(group.purgeCache(purge)),
    decide: (question) => obeyed(group.decide(question)),
  };
}

function workerStatus(member: GroupMember & { readonly report: InstanceReport }, clock: Clock): WorkerStatus {
  const { number, pid, servingSince, report } = member;
  const { connections, requestsInFlight, live } = report;
  const uptimeMs = Math.round(clock.now() - (servingSince ?? clock.now()));
  return {
    worker: number,
    pid,
    uptimeMs,
    connections,
    requestsInFlight,
    requests: live.requests,
    errors: live.errors,
  };
}

async function obeyed<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new AdminError("GW0608", `Not every worker has obeyed: ${(error as Error).message}.`);
  }
}
