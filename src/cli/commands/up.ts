import { defineCommand } from "../command.ts";
import type { UpArgs } from "../up/load-up.ts";
import { UsageError } from "../usage-error.ts";

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
    { flags: "--seed <text>", summary: "seed of every random choice, so that a run can be repeated" },
    { flags: "--demo", summary: "run a gateway in front of sample services, with traffic of its own" },
  ],
  examples: [
    { command: "gatewayctl up", shows: "the gateway that the config in this folder describes" },
    { command: "gatewayctl up --demo", shows: "balancing and failover in ten seconds, with nothing to set up" },
    { command: "gatewayctl up --port 3000", shows: "the same on another port" },
  ],
  run: async (ctx, args) => {
    const { runUp } = await import("../up/run-up.ts");
    return runUp(ctx, args);
  },
});

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535)
    throw new UsageError(`--port takes a number from 0 to 65535, not "${text}".`);
  return port;
}
