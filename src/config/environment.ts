import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Diagnostic } from "./diagnostic.ts";
import { parseEnvFile } from "./env-file.ts";
import { displayName } from "./find.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that `${NAME}` sees: those of `.env` beside the config, and over them those of the process. */
export async function readEnvironment(
  configFile: string,
  options: { readonly env: Environment; readonly cwd: string },
): Promise<{ env: Environment; warnings: Diagnostic[] }> {
  const file = join(dirname(configFile), ".env");
  const name = displayName(file, options.cwd);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return { env: options.env, warnings: [] };
    const unreadable = {
      code: "GW0113",
      severity: "error",
      message: `cannot be read: ${message}`,
      file: name,
      path: "",
    };
    return { env: options.env, warnings: [unreadable as Diagnostic] };
  }
  const { values, badLines } = parseEnvFile(text);
  const warnings = badLines.map(
    (line): Diagnostic => ({
      code: "GW0107",
      severity: "warning",
      // The line itself may hold a secret, and is not shown.
      message: "this line is not NAME=VALUE, and was skipped",
      file: name,
      line,
      column: 1,
      path: "",
      hint: "quotes must be closed on the same line; a comment begins with #",
    }),
  );
  const set = Object.entries(options.env).filter(([, value]) => value !== undefined);
  return { env: { ...values, ...Object.fromEntries(set) }, warnings };
}
