import { isJudged } from "../any-report.ts";
import type { Verdict } from "../model.ts";
import type { Current } from "./current.ts";
import type { Look } from "./looks.ts";

/**
 * What is to be said of an algorithm beside its name: whether it won or shares the lead, is in use, could not keep up,
 * or did what the record says nothing of.
 */
export function tags({ result, role }: Look, verdict: Verdict, current?: Current): string {
  if (role === "recorded") return "";
  const { winner, leaders } = verdict;
  const { algorithm, overloaded } = result;
  const shares = winner === null && leaders.length > 1 && leaders.includes(algorithm);
  return [
    algorithm === winner ? '<span class="tag">best</span>' : "",
    shares ? '<span class="tag">leads</span>' : "",
    algorithm === current?.algorithm ? `<span class="tag now">${current.said}</span>` : "",
    overloaded.length > 0 ? '<span class="tag bad">overloaded</span>' : "",
    isJudged(verdict, algorithm) ? "" : '<span class="tag now">a guess</span>',
  ].join("");
}
