import { parseShare } from "../../../lab/simulate/spec.ts";
import { UsageError } from "../../usage-error.ts";

/** A whole number; digits may be grouped with underscores. @throws UsageError */
export function parseCount(flag: string): (text: string) => number {
  return (text) => {
    if (/^\d+(_\d+)*$/.test(text)) return Number(text.replaceAll("_", ""));
    throw new UsageError(`${flag} takes a whole number such as 100000, not "${text}".`);
  };
}

/** A load: 0.9 or 90%. Whether it can be simulated is not asked here. @throws UsageError */
export function parseLoad(text: string): number {
  const load = parseShare(text);
  if (load !== undefined) return load;
  throw new UsageError(`--load takes a number such as 0.9, or 90%, not "${text}".`);
}

/** The names in "a,b"; `undefined`, which means all, for "all". */
export function parseAlgorithms(text: string): readonly string[] | undefined {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return names.includes("all") ? undefined : names;
}
