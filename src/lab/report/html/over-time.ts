import type { Timeline } from "../model.ts";
import { lines } from "./lines.ts";
import type { Look } from "./looks.ts";
import { type Axis, linePath, plot } from "./plot.ts";
import { reach } from "./reach.ts";
import { linearScale, logScale, type Scale } from "./scale.ts";
import { countLabel, timeLabel } from "./units.ts";

/** One figure over time. */
interface Panel {
  readonly title: string;
  readonly of: (timeline: Timeline) => readonly (number | null)[];
  /** From the lowest value above 0 to the highest that has to be seen. */
  readonly scale: (least: number, most: number) => Scale;
  readonly label: (value: number) => string;
}

const evenly = (_: number, most: number): Scale => linearScale(most);

const PANELS: readonly Panel[] = [
  { title: "p99", of: ({ p99 }) => p99, scale: logScale, label: timeLabel },
  { title: "median", of: ({ p50 }) => p50, scale: logScale, label: timeLabel },
  { title: "requests in progress", of: ({ inFlight }) => inFlight, scale: logScale, label: countLabel },
  { title: "answers per second", of: ({ throughput }) => throughput, scale: evenly, label: countLabel },
];
const ERRORS: Panel = { title: "failed requests", of: ({ errors }) => errors, scale: evenly, label: countLabel };

/** Small charts side by side, one for each figure, with the same time below all of them. */
export function overTime(looks: readonly Look[]): string {
  const timelines = looks.flatMap(({ result: { timeline } }) =>
    timeline === undefined || timeline.bounds.length < 3 ? [] : [timeline],
  );
  if (timelines.length === 0) return "";
  const seconds = Math.max(...timelines.map(({ bounds }) => bounds.at(-1) ?? 0)) / 1000;
  const warmup = Math.max(...timelines.map(({ warmupMs }) => warmupMs)) / 1000;
  const failed = timelines.some(({ errors }) => errors.some((count) => count > 0));
  const axis = timeAxis(seconds);
  const panels = failed ? [...PANELS, ERRORS] : PANELS;
  return `<div class="panels">${panels.map((panel) => draw(panel, looks, axis, warmup)).join("")}</div>`;
}

function draw(panel: Panel, looks: readonly Look[], x: Axis, warmup: number): string {
  const valuesOf = ({ result: { timeline } }: Look): number[] =>
    timeline === undefined ? [] : (panel.of(timeline).filter((value) => value !== null && value > 0) as number[]);
  const most = reach(looks, (look) => valuesOf(look).reduce((a, b) => Math.max(a, b), 0));
  const least = looks.flatMap(valuesOf).reduce((a, b) => Math.min(a, b), most);
  const y = panel.scale(least, most);
  const chart = plot({
    label: `${panel.title} over time, for each algorithm`,
    height: 180,
    x,
    y: { scale: y, label: panel.label, title: panel.title },
    stretched:
      `<rect class="warmup" width="${Math.round(x.scale.at(warmup) * 1000)}" height="1000"/>` +
      lines(looks, ({ result: { timeline } }) => (timeline === undefined ? "" : pathOf(timeline, panel, x.scale, y))),
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
