import { EXIT } from "../../shared/errors/entry.ts";
import { defineCommand } from "../command.ts";
import type { CommandContext } from "../context.ts";

interface ServicesArgs {
  readonly config?: string;
  readonly json?: true;
}

/** `gatewayctl services`: every service with its endpoints, and their state if the gateway runs. */
export const servicesCommand = defineCommand<ServicesArgs>({
  name: "services",
  summary: "List the services and their endpoints, with live state while the gateway runs",
  options: [
    { flags: "--config <file>", summary: "the config, if not the one in this folder" },
    { flags: "--json", summary: "print JSON" },
  ],
  examples: [
    { command: "gatewayctl services", shows: "health, requests and failures of every endpoint" },
    { command: "gatewayctl services --json", shows: "the same for a program" },
  ],
  run: async (ctx, { config, json }) => {
    const { findAdmin } = await import("../admin-client.ts");
    const admin = await findAdmin(ctx, config);
    if (admin === undefined) return writeConfigured(ctx, config, json ?? false);
    const services = await admin.services();
    if (json) {
      const { writeJson } = await import("../ui/json.ts");
      writeJson(ctx.stdout, { running: true, services });
      return EXIT.ok;
    }
    const { writeServices } = await import("../services/service-table.ts");
    const { workers, servedBy = "workers" } = await admin.status();
    writeServices(ctx.stdout, services, workers && `${workers.length} ${servedBy}`);
    return EXIT.ok;
  },
});

async function writeConfigured(ctx: CommandContext, file: string | undefined, json: boolean): Promise<number> {
  const { loadForCommand } = await import("../load-for-command.ts");
  const loaded = await loadForCommand(ctx, file);
  if (typeof loaded === "number") return loaded;
  const { dirname } = await import("node:path");
  const { configuredServices } = await import("../services/configured-services.ts");
  const services = await configuredServices(loaded.config, { baseDirectory: dirname(loaded.file), env: ctx.env });
  if (json) {
    const { writeJson } = await import("../ui/json.ts");
    writeJson(ctx.stdout, { running: false, services });
    return EXIT.ok;
  }
  const { writeConfiguredServices } = await import("../services/configured-table.ts");
  writeConfiguredServices(ctx.stdout, services);
  ctx.stderr.write("The gateway is not running: this is what the config says. Start it with `gatewayctl up`.\n");
  return EXIT.ok;
}
