import { type AnyReport, asReplay } from "../any-report.ts";
import { replayHints } from "./replay-hints.ts";

/** How each part of the page is read. */
export interface Hints {
  readonly table: string;
  readonly curve: string;
  readonly p99: string;
  readonly time: string;
  readonly endpoints: string;
}

/** The hints for a report: what does not apply to it is not said. */
export function hintsFor(report: AnyReport): Hints {
  const replay = asReplay(report);
  return replay === undefined ? runHints(report) : replayHints(replay);
}

function runHints({ mode, results, setup }: AnyReport): Hints {
  const failed = results.some(({ errors }) => errors > 0);
  const known = results.some(({ endpointLoads }) => endpointLoads?.some(({ inFlight }) => inFlight !== null));
  const first = setup.replications > 1 ? ` This is the first of ${setup.replications} replications.` : "";
  const sentences = (...parts: readonly (string | false)[]): string => parts.filter((part) => part !== false).join(" ");
  return {
    table:
      "Response times in ms. fair: 1 if each endpoint gets what it can do. queue: the most requests that were at one endpoint at once.",
    curve: sentences(
      "Further left is faster. Each step up is a factor of ten in rarity: at 99 %, one request in a hundred took longer.",
      failed && "Requests that failed are in no curve.",
    ),
    p99: sentences(
      "The bar holds the true p99 in 95 of 100 experiments. Algorithms whose bars overlap cannot be told apart by their bars alone; the verdict compares them run by run.",
      failed && "The dot is the p99 of what was answered; bar and verdict take each request that failed for a minute.",
      mode !== "simulate" &&
        "Here a bar comes from how parts of the run differ: a dot outside of it had most of its slow answers in one of them.",
    ),
    time: `By when requests ended; the shaded part is the warm-up, which is in no other figure.${first}`,
    endpoints: known
      ? `What waited where and when, from the left to the right, and what each endpoint got.${first}`
      : "What each endpoint got. What waited there is not known from outside.",
  };
}
