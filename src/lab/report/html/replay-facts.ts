import type { ReplayReport } from "../replay-figures.ts";
import { share, threeFigures } from "../wording.ts";
import { timeLabel } from "./units.ts";

/** A condition: its name, and what it was; `undefined` where that is not known or goes without saying. */
export type Fact = readonly [name: string, value: string | undefined];

/** Under what conditions traffic was recorded, and how it was replayed. */
export function replayFacts({ setup, requests, recorded, fit, seed }: ReplayReport): readonly Fact[] {
  const { concurrency, durationMs, endpoints } = setup;
  const { errors, throughput, responseTime } = recorded;
  // By Little's law: as many as come a second, times as long as each is there.
  const inProgress = (throughput * responseTime.mean) / 1000 / Math.max(1, endpoints);
  return [
    ["service", setup.service],
    ["endpoints", String(endpoints)],
    ["was in use", fit?.algorithm],
    ["recorded", timeLabel(durationMs)],
    ["requests", requests.toLocaleString("en")],
    [
      "failed, not replayed",
      errors === 0 ? undefined : `${errors.toLocaleString("en")} (${share(errors / recorded.requests)})`,
    ],
    // Not `load`: without a limit to what an endpoint works on at once that is no share, and above 1 no overload.
    ["in progress per endpoint", `${threeFigures(inProgress)} requests on average`],
    ["worked on at once", concurrency === null ? undefined : `at most ${concurrency} per endpoint`],
    ["seed", String(seed)],
  ];
}
