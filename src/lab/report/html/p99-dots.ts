import { escapeHtml } from "./escape.ts";
import type { Look } from "./looks.ts";
import { percentOf, plot } from "./plot.ts";
import { reach } from "./reach.ts";
import { logScale, type Scale } from "./scale.ts";
import { timeLabel } from "./units.ts";

const ROW = 26;

/** The p99 of each algorithm with the interval that holds the true one: who overlaps is not told apart. */
export function p99Dots(looks: readonly Look[]): string {
  const least = Math.min(...looks.map((look) => spanOf(look).low));
  const end = reach(looks, (look) => spanOf(look).high);
  const scale = within(logScale(least, end));
  return plot({
    label: "p99 of each algorithm with its 95 % interval",
    height: looks.length * ROW + 12,
    x: { scale, label: timeLabel, title: "p99" },
    marks: looks.map((look, i) => row(look, i * ROW + ROW / 2 + 6, scale, end)).join(""),
    className: "named",
  });
}

function row(look: Look, y: number, scale: Scale, end: number): string {
  const { result, id, role, name } = look;
  const { responseTime, p99Interval } = result;
  const p99 = timeLabel(responseTime.p99);
  const at = (ms: number): string => percentOf(scale.at(ms));
  const said = p99Interval === null ? "" : ` (95 %: ${timeLabel(p99Interval.low)} to ${timeLabel(p99Interval.high)})`;
  const interval =
    p99Interval === null
      ? ""
      : `<line class="interval" x1="${at(p99Interval.low)}" x2="${at(p99Interval.high)}" y1="${y}" y2="${y}"/>`;
  const { low, high } = spanOf(look);
  // Where there is no room to the right of it, to the left; and where there is none either, above the dot.
  const [left, right] = [scale.at(low), scale.at(high)];
  const [x, dx, dy, anchor] =
    right < 0.85 ? [high, 12, 4, "start"] : left > 0.2 ? [low, -12, 4, "end"] : [responseTime.p99, 8, -5, "start"];
  return (
    `<g class="dot ${id}"><title>${escapeHtml(`${name}: ${p99}${said}`)}</title>` +
    `<text class="name${role === "best" || role === "recorded" ? " strong" : ""}" x="-12" y="${y + 4}" text-anchor="end">${escapeHtml(name)}</text>` +
    `${interval}<circle cx="${at(responseTime.p99)}" cy="${y}" r="5"/>` +
    `<text class="value" x="${at(x)}" dx="${dx}" y="${y + dy}" text-anchor="${anchor}">${p99}${responseTime.p99 > end ? " ▸" : ""}</text></g>`
  );
}

/** From where to where it is drawn. Where few slow answers came together, a p99 may lie outside of its interval. */
function spanOf({ result: { responseTime, p99Interval } }: Look): { low: number; high: number } {
  const { low, high } = p99Interval ?? { low: responseTime.p99, high: responseTime.p99 };
  return { low: Math.min(low, responseTime.p99), high: Math.max(high, responseTime.p99) };
}

/** What is beyond the end stands there, with a mark. */
function within({ at, ticks }: Scale): Scale {
  return { at: (value) => Math.min(1, at(value)), ticks };
}
