import { defineCommand } from "../command.ts";

interface SchemaArgs {
  readonly output?: string;
}

/** `gatewayctl schema`: the JSON Schema of the config, for editors and other programs. */
export const schemaCommand = defineCommand<SchemaArgs>({
  name: "schema",
  summary: "Print the JSON Schema of the config",
  description:
    "Prints the JSON Schema of the config. Editors complete keys and values with it: in YAML by a first line " +
    "`# yaml-language-server: $schema=./gateway.schema.json`, in JSON by a key `$schema`.",
  options: [{ flags: "-o, --output <file>", summary: "write it to a file instead" }],
  examples: [
    { command: "gatewayctl schema", shows: "the schema" },
    { command: "gatewayctl schema -o gateway.schema.json", shows: "nothing; writes the file" },
  ],
  run: async (ctx, { output }) => {
    const { renderJsonSchema } = await import("../../config/json-schema.ts");
    const text = renderJsonSchema();
    if (output === undefined) {
      ctx.stdout.write(text);
      return 0;
    }
    const { writeFile } = await import("node:fs/promises");
    const { resolve } = await import("node:path");
    const { GatewayError } = await import("../../shared/errors/gateway-error.ts");
    try {
      await writeFile(resolve(ctx.cwd, output), text);
    } catch (error) {
      throw new GatewayError("GW0016", `Cannot write ${output}: ${(error as Error).message}`, { cause: error });
    }
    ctx.stderr.write(`wrote ${output}\n`);
    return 0;
  },
});
