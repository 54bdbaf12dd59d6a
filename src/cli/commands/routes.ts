import { defineCommand } from "../command.ts";

interface RoutesArgs {
  readonly config?: string;
  readonly json?: true;
}

/** `gatewayctl routes`: what is configured, in the order in which it is tried. */
export const routesCommand = defineCommand<RoutesArgs>({
  name: "routes",
  summary: "List the routes: what they match, and where they lead",
  options: [
    { flags: "--config <file>", summary: "the config, if not the one in this folder" },
    { flags: "--json", summary: "print JSON" },
  ],
  examples: [
    { command: "gatewayctl routes", shows: "every route with its match, action and policies" },
    { command: "gatewayctl routes --json", shows: "the same for a program" },
  ],
  run: async (ctx, args) => {
    const { loadForCommand } = await import("../load-for-command.ts");
    const loaded = await loadForCommand(ctx, args.config);
    if (typeof loaded === "number") return loaded;
    const { routeRows } = await import("../routes/route-rows.ts");
    const { versionRows } = await import("../routes/version-rows.ts");
    const { versioning } = loaded.config;
    const rows = routeRows(loaded.config);
    const versions = versioning && { from: versioning.from, rows: versionRows(loaded.config) };
    if (args.json) {
      const { writeJson } = await import("../ui/json.ts");
      writeJson(ctx.stdout, { routes: rows, ...(versions && { versions: versions.rows }) });
      return 0;
    }
    const { writeRoutes } = await import("../routes/route-table.ts");
    writeRoutes(ctx.stdout, rows, versions);
    return 0;
  },
});
