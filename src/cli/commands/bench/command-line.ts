import { formatDuration } from "../../../shared/duration.ts";

/** What says where the report goes, or what it is held against, and changes nothing in it. */
const NOT_PART = new Set(["json", "html", "csv", "quiet", "compare", "failIf"]);

/** The command line that makes the same report: every flag that is set, written as a shell takes it. */
export function commandLine({ ...args }: Record<string, unknown>): string {
  // A service takes the place of the scenario, which has a default.
  if ((args["fromConfig"] ?? args["service"]) !== undefined) delete args["scenario"];
  if (typeof args["duration"] === "number") args["duration"] = formatDuration(args["duration"]);
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
