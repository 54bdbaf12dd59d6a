import { readFile } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { placeAll } from "../../../config/place.ts";
import { schemaProblems } from "../../../config/schema-problems.ts";
import { parseYaml } from "../../../config/yaml-source.ts";
import { scenarioOf, scenarioSchema } from "../../../lab/scenario-file/schema.ts";
import type { Scenario } from "../../../lab/simulate/scenario.ts";
import type { CommandContext } from "../../context.ts";
import { writeFindings } from "../../load-for-command.ts";
import { UsageError } from "../../usage-error.ts";

/** Does the text after `--scenario` name a file? Names of scenarios have no dot and no slash. */
export function isScenarioFile(text: string): boolean {
  return /[/\\]|\.(?:ya?ml|json)$/i.test(text);
}

/**
 * Reads a scenario from a YAML or JSON file. What is wrong with it is written to stderr with its place, as `check`
 * does for a config.
 * @returns `undefined` if something is wrong with it
 * @throws UsageError if it cannot be read
 */
export async function readScenario(ctx: CommandContext, name: string): Promise<Scenario | undefined> {
  const file = resolve(ctx.cwd, name);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The scenario ${name} cannot be read: ${error.code ?? error.message}.`);
  });
  // JSON is YAML, too.
  const { value, tree, problems } = parseYaml(text);
  const parsed = scenarioSchema.safeParse(value);
  const syntax = problems.some(({ severity }) => severity === "error");
  const found = syntax || parsed.success ? problems : schemaProblems(scenarioSchema, parsed.error.issues, value);
  if (found.length > 0 || !parsed.success) {
    const source = { file, name, text, value, tree, problems };
    await writeFindings(ctx, { ...source, config: undefined, diagnostics: placeAll(source, found, []) });
    return undefined;
  }
  return scenarioOf(parsed.data, basename(file, extname(file)));
}
