import type { Timeline } from "../model.ts";
import { lines } from "./lines.ts";
import type { Look } from "./looks.ts";
import { type Axis, linePath, percentOf, plot } from "./plot.ts";
import { linearScale, logScale, type Scale } from "./scale.ts";
import { countLabel, timeLabel } from "./units.ts";

/** One figure over time. */
interface Panel {
  readonly title: string;
  readonly of: (timeline: Timeline) => readonly (number | null)[];
  readonly scale: (values: readonly number[]) => Scale;
  readonly label: (value: number) => string;
}

const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
const byFactors = (values: readonly number[]): Scale => {
  const above = values.filter((value) => value > 0);
  return logScale(
    above.reduce((a, b) => Math.min(a, b), most(above)),
    most(above),
  );
};
const evenly = (values: readonly number[]): Scale => linearScale(most(values));

const PANELS: readonly Panel[] = [
  { title: "p99", of: ({ p99 }) => p99, scale: byFactors, label: timeLabel },
  { title: "median", of: ({ p50 }) => p50, scale: byFactors, label: timeLabel },
  { title: "requests in progress", of: ({ inFlight }) => inFlight, scale: byFactors, label: countLabel },
  { title: "answers per second", of: ({ throughput }) => throughput, scale: evenly, label: countLabel },
];
const ERRORS: Panel = { title: "failed requests", of: ({ errors }) => errors, scale: evenly, label: countLabel };

/** Small charts side by side, one for each figure, with the same time below all of them. */
export function overTime(looks: readonly Look[]): string {
  const timelines = looks.flatMap(({ result: { timeline } }) =>
    timeline === undefined || timeline.bounds.length < 3 ? [] : [timeline],
  );
  if (timelines.length === 0) return "";
  const seconds = most(timelines.map(({ bounds }) => bounds.at(-1) ?? 0)) / 1000;
  const warmup = most(timelines.map(({ warmupMs }) => warmupMs)) / 1000;
  const failed = timelines.some(({ errors }) => errors.some((count) => count > 0));
  const axis = timeAxis(seconds);
  const panels = failed ? [...PANELS, ERRORS] : PANELS;
  return `<div class="panels">${panels.map((panel) => draw(panel, looks, timelines, axis, warmup)).join("")}</div>`;
}

function draw(panel: Panel, looks: readonly Look[], timelines: readonly Timeline[], x: Axis, warmup: number): string {
  const values = timelines.flatMap((timeline) => panel.of(timeline).filter((value) => value !== null));
  const y = panel.scale(values);
  const end = x.scale.at(warmup);
  const chart = plot({
    label: `${panel.title} over time, for each algorithm`,
    height: 180,
    x,
    y: { scale: y, label: panel.label, title: panel.title },
    stretched:
      `<rect class="warmup" width="${Math.round(end * 1000)}" height="1000"/>` +
      lines(looks, ({ result: { timeline } }) => (timeline === undefined ? "" : pathOf(timeline, panel, x.scale, y))),
    marks: end < 0.04 ? "" : `<text class="note" x="${percentOf(end / 2)}" y="14" text-anchor="middle">warm-up</text>`,
  });
  return `<figure>${chart}</figure>`;
}

function pathOf(timeline: Timeline, panel: Panel, x: Scale, y: Scale): string {
  const { bounds } = timeline;
  return linePath(
    panel.of(timeline).map((value, i) => {
      const middle = ((bounds[i] ?? 0) + (bounds[i + 1] ?? 0)) / 2000;
      return value === null ? undefined : ([x.at(middle), y.at(value)] as const);
    }),
  );
}

/** From the beginning to the very end: a round number beyond it would leave the charts empty there. */
function timeAxis(seconds: number): Axis {
  const { ticks } = linearScale(seconds);
  const at = (value: number): number => Math.min(1, value / seconds);
  const inside = ticks
    .filter(({ value }) => value <= seconds * 1.0001)
    .map((tick) => ({ ...tick, at: at(tick.value) }));
  return { scale: { at, ticks: inside }, label: (value) => timeLabel(value * 1000), title: "time" };
}
