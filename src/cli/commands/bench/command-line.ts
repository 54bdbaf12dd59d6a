import { formatDuration } from "../../../shared/duration.ts";
import { BENCH_DEFAULTS } from "./defaults.ts";

/** What says where the report goes, or what it is held against, and changes nothing in it. */
const NOT_PART = new Set(["json", "html", "csv", "quiet", "compare", "failIf"]);

/** A time stands in the flags as a number of ms. */
const TIMES = ["duration", "last"] as const;

/** The command line that makes the same report: every flag that says something, written as a shell takes it. */
export function commandLine({ ...args }: Record<string, unknown>): string {
  // Each of them takes the place of a scenario, which is then passed over.
  if ((args["fromConfig"] ?? args["service"] ?? args["replay"]) !== undefined) delete args["scenario"];
  for (const [name, value] of Object.entries(BENCH_DEFAULTS)) if (args[name] === value) delete args[name];
  for (const name of TIMES) if (typeof args[name] === "number") args[name] = formatDuration(args[name]);
  const words = Object.entries(args).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (NOT_PART.has(name) || value === undefined || value === false) return [];
    if (value === true) return [flag];
    return (Array.isArray(value) ? value : [value]).flatMap((each) => [flag, quoted(String(each))]);
  });
  return ["gatewayctl", "bench", ...words].join(" ");
}

/** In single quotes, where a shell would see more in it than a word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
