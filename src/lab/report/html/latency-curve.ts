import { lines } from "./lines.ts";
import type { Look } from "./looks.ts";
import { beyondNote, reach } from "./reach.ts";
import { linePath, plot } from "./plot.ts";
import { logScale, ninesScale } from "./scale.ts";
import { percentLabel, timeLabel } from "./units.ts";

/** The share of requests answered within a time: the time by factors, the share by nines, so that the tail is seen. */
export function latencyCurve(looks: readonly Look[]): string {
  const drawn = looks.flatMap(({ result: { distribution } }) =>
    distribution === undefined || distribution.times.length < 2 ? [] : [distribution],
  );
  if (drawn.length === 0) return "";
  const points = Math.max(...drawn.map(({ percents }) => percents.length));
  const tail = Math.max(...drawn.map(({ percents }) => percents.findLast((percent) => percent < 100) ?? 90));
  const y = ninesScale(points < 3 ? 1 : -Math.log10(1 - tail / 100));
  // The fastest quarter is nobody's concern, and would take half of the width where service times are exponential.
  const least = Math.min(...drawn.map(({ percents, times }) => times[percents.findIndex((each) => each >= 25)] ?? 1));
  const end = reach(looks, ({ result }) => result.distribution?.times.at(-1));
  const x = logScale(least, end);
  const chart = plot({
    label: "Share of requests answered within a time, for each algorithm",
    height: 380,
    x: { scale: x, label: timeLabel, title: "response time" },
    y: { scale: y, label: percentLabel, title: "answered within that time" },
    stretched: lines(looks, ({ result: { distribution } }) => {
      const { percents = [], times = [] } = distribution ?? {};
      return linePath(percents.map((percent, i) => [x.at(times[i] ?? 0), y.at(percent)] as const));
    }),
  });
  return chart + beyondNote(looks, end);
}
