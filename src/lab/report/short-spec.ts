import { parseDuration } from "../../shared/duration.ts";

/** More than this does not stand in a line with other facts. */
const LONGEST = 40;

/** A service time or an arrival process as a report for people has it: lists that were observed, in few words. */
export function shortSpec(spec: string): string {
  if (spec.length <= LONGEST) return spec;
  const [name = "", list = ""] = spec.split(":");
  const times = list.split(",").map((time) => parseDuration(time) ?? 0);
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
  return `${name}, ${times.length} times with mean ${Number(mean.toPrecision(3))}ms`;
}
