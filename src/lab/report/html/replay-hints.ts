import type { ReplayReport } from "../replay-figures.ts";
import type { Hints } from "./hints.ts";

/** How each part of a replay's page is read. */
export function replayHints({ setup, recorded, results, verdict }: ReplayReport): Hints {
  const guesses = results.length > verdict.comparisons.length + 1;
  const sentences = (...parts: readonly (string | false)[]): string => parts.filter((part) => part !== false).join(" ");
  return {
    table: sentences(
      "Times in ms, from the first try at an endpoint to the last byte. fair: 1 if each endpoint gets what it can do. queue: the most requests that were at one endpoint at once.",
      guesses && "A guess: more at once than was ever seen there; it is no part of the verdict.",
    ),
    curve: sentences(
      "Further left is faster. Each step up is a factor of ten in rarity: at 99 %, one request in a hundred took longer. The broad, pale line is what was measured.",
      recorded.errors > 0 && "Requests that failed are in no curve.",
    ),
    p99:
      setup.blocks === 0
        ? "The record is too short to say how sure p99 is."
        : `The bar is where p99 lies in 95 of 100 cases when ${setup.blocks} parts of the record are drawn anew, again and again: the same draws for all, which is how the verdict compares them. A dot outside of it had most of its slow answers in one part.`,
    time: "By when requests ended, since the record began; where nothing was recorded between two runs, that time is left out.",
    endpoints: "What was in progress where and when, from the left to the right, and what each endpoint got.",
  };
}
