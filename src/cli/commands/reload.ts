import { EXIT } from "../../shared/errors/entry.ts";
import { defineCommand } from "../command.ts";
import { writeJson } from "../ui/json.ts";

interface ReloadArgs {
  readonly config?: string;
  readonly json?: boolean;
}

/** `gatewayctl reload`: the running gateways take up the config as it is now, one after the other. */
export const reloadCommand = defineCommand<ReloadArgs>({
  name: "reload",
  summary: "Have running gateways take up the config, one after the other",
  description:
    "Each of several gateways (`gateways:`, `up --gateways`) is replaced by one that has read the config as it is now; " +
    "what is in progress finishes on the one before. A config with errors changes nothing.",
  options: [
    { flags: "--config <file>", summary: "the config, if not the one in this folder" },
    { flags: "--json", summary: "write JSON" },
  ],
  examples: [{ command: "gatewayctl reload", shows: "the gateways of the config in this folder, by its present text" }],
  run: async (ctx, args) => {
    const { connectAdmin } = await import("../admin-client.ts");
    const admin = await connectAdmin(ctx, args.config);
    await admin.reload();
    if (args.json) writeJson(ctx.stdout, { reloaded: true });
    else ctx.stdout.write("the gateways have taken up the config\n");
    return EXIT.ok;
  },
});
