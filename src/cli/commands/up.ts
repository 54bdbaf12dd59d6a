import { availableParallelism } from "node:os";
import { defineCommand } from "../command.ts";
import type { UpArgs } from "../up/load-up.ts";
import { UsageError } from "../usage-error.ts";

/** More than any machine that runs a developer's services has cores for. */
const MOST_WORKERS = 64;

/** `gatewayctl up`: starts the gateway, and the services that have `run`, until Ctrl-C. */
export const upCommand = defineCommand<UpArgs>({
  name: "up",
  summary: "Start the gateway in front of your services",
  description:
    "Starts the gateway, and the services that have `run`, and prints a line for each request. Ctrl-C drains: nothing " +
    "new is accepted, what is in progress may finish. A second Ctrl-C ends it at once.",
  options: [
    { flags: "--config <file>", summary: "the config, if not the one in this folder" },
    { flags: "--port <number>", summary: "listen here instead of on the first HTTP listener's port", parse: parsePort },
    {
      flags: "--workers <number>",
      summary: `processes that share the work over the same ports, 1 to ${MOST_WORKERS}; auto: one for each core`,
      default: 1,
      parse: parseWorkers,
    },
    {
      flags: "--gateways <number>",
      summary: `gateway instances behind a load balancer of their own, 1 to ${MOST_WORKERS}; as \`gateways:\` in the config`,
      parse: parseGateways,
    },
    {
      flags: "--seed <text>",
      summary: "seed of every random choice, so that a run can be repeated; with workers, each worker's share of it",
    },
    {
      flags: "--record <file>",
      summary: "append decisions and timings to this file, for `bench --replay`; no bodies, no credentials",
    },
    { flags: "--demo", summary: "run a gateway in front of sample services, with traffic of its own" },
  ],
  examples: [
    { command: "gatewayctl up", shows: "the gateway that the config in this folder describes" },
    { command: "gatewayctl up --demo", shows: "balancing and failover in ten seconds, with nothing to set up" },
    { command: "gatewayctl up --port 3000", shows: "the same on another port" },
    { command: "gatewayctl up --gateways 2", shows: "a load balancer, two gateways behind it, and your services" },
    { command: "gatewayctl up --workers 2", shows: "the same in two processes, where one core is not enough" },
    { command: "gatewayctl up --record traffic.ndjson", shows: "the same, recorded for `bench --replay`" },
  ],
  run: async (ctx, args) => {
    const { runUp } = await import("../up/run-up.ts");
    return runUp(ctx, args);
  },
});

function parseWorkers(text: string): number {
  if (text === "auto") return Math.min(availableParallelism(), MOST_WORKERS);
  const count = Number(text);
  if (!/^\d{1,3}$/.test(text) || count < 1 || count > MOST_WORKERS)
    throw new UsageError(`--workers takes a number from 1 to ${MOST_WORKERS}, or auto, not "${text}".`);
  return count;
}

function parseGateways(text: string): number {
  const count = Number(text);
  if (!/^\d{1,3}$/.test(text) || count < 1 || count > MOST_WORKERS)
    throw new UsageError(`--gateways takes a number from 1 to ${MOST_WORKERS}, not "${text}".`);
  return count;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535)
    throw new UsageError(`--port takes a number from 0 to 65535, not "${text}".`);
  return port;
}
