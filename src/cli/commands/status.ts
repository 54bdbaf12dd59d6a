import { EXIT } from "../../shared/errors/entry.ts";
import { defineCommand } from "../command.ts";

interface StatusArgs {
  readonly config?: string;
  readonly json?: true;
}

/** `gatewayctl status`: whether the gateway runs, and how it is doing. */
export const statusCommand = defineCommand<StatusArgs>({
  name: "status",
  summary: "Say whether the gateway runs, and how it is doing",
  description:
    "Says whether the gateway of this folder's config runs, where, for how long, and how its requests fare. " +
    "Exit code: 0 if it runs, 69 if not.",
  options: [
    { flags: "--config <file>", summary: "the config, if not the one in this folder" },
    { flags: "--json", summary: "print JSON" },
  ],
  examples: [
    { command: "gatewayctl status", shows: "requests, errors, latency, and endpoints that are down" },
    { command: "gatewayctl status --json", shows: "the same for a program" },
  ],
  run: async (ctx, { config, json }) => {
    const { findAdmin } = await import("../admin-client.ts");
    const admin = await findAdmin(ctx, config);
    const status = await admin?.status();
    if (json) {
      const { writeJson } = await import("../ui/json.ts");
      writeJson(
        ctx.stdout,
        status === undefined ? { running: false } : { running: true, admin: admin?.url, ...status },
      );
    } else if (status === undefined) {
      ctx.stdout.write("not running\n");
      ctx.stderr.write("No gateway runs for this config. Start it with `gatewayctl up`.\n");
    } else {
      const { writeStatus } = await import("../services/status-text.ts");
      writeStatus(ctx.stdout, status, admin?.url ?? "");
    }
    return status === undefined ? EXIT.unavailable : EXIT.ok;
  },
});
