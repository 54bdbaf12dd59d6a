import type { Verdict } from "../model.ts";
import type { Look } from "./looks.ts";

/** What is to be said of an algorithm beside its name: whether it won or shares the lead, is in use, could not keep up. */
export function tags({ result }: Look, { winner, leaders }: Verdict, current?: string): string {
  const { algorithm, overloaded } = result;
  const shares = winner === null && leaders.length > 1 && leaders.includes(algorithm);
  return [
    algorithm === winner ? '<span class="tag">best</span>' : "",
    shares ? '<span class="tag">leads</span>' : "",
    algorithm === current ? '<span class="tag now">in use</span>' : "",
    overloaded.length > 0 ? '<span class="tag bad">overloaded</span>' : "",
  ].join("");
}
