import { escapeHtml } from "./escape.ts";
import type { Look } from "./looks.ts";
import { percentOf, plot } from "./plot.ts";
import { logScale } from "./scale.ts";
import { timeLabel } from "./units.ts";

const ROW = 26;

/** The p99 of each algorithm with the interval that holds the true one: who overlaps is not told apart. */
export function p99Dots(looks: readonly Look[]): string {
  const ends = looks.flatMap(({ result: { responseTime, p99Interval } }) => [
    responseTime.p99,
    p99Interval?.low ?? responseTime.p99,
    p99Interval?.high ?? responseTime.p99,
  ]);
  const scale = logScale(Math.min(...ends), Math.max(...ends));
  const rows = looks.map(({ result, id, role }, i) => {
    const { algorithm, responseTime, p99Interval } = result;
    const y = i * ROW + ROW / 2 + 6;
    const between =
      p99Interval === null ? "" : ` (95 %: ${timeLabel(p99Interval.low)} to ${timeLabel(p99Interval.high)})`;
    const interval =
      p99Interval === null
        ? ""
        : `<line class="interval" x1="${percentOf(scale.at(p99Interval.low))}" x2="${percentOf(scale.at(p99Interval.high))}" y1="${y}" y2="${y}"/>`;
    const at = scale.at(responseTime.p99);
    const [dx, anchor] = at > 0.8 ? [-12, ' text-anchor="end"'] : [12, ""];
    const beside = at > 0.8 ? (p99Interval?.low ?? responseTime.p99) : (p99Interval?.high ?? responseTime.p99);
    return (
      `<g class="dot ${id}"><title>${escapeHtml(algorithm + ": " + timeLabel(responseTime.p99) + between)}</title>` +
      `<text class="name${role === "best" ? " strong" : ""}" x="-12" y="${y + 4}" text-anchor="end">${escapeHtml(algorithm)}</text>` +
      `${interval}<circle cx="${percentOf(at)}" cy="${y}" r="5"/>` +
      `<text class="value" x="${percentOf(scale.at(beside))}" dx="${dx}" y="${y + 4}"${anchor}>${timeLabel(responseTime.p99)}</text></g>`
    );
  });
  return plot({
    label: "p99 of each algorithm with its 95 % interval",
    height: looks.length * ROW + 12,
    x: { scale, label: timeLabel, title: "p99" },
    marks: rows.join(""),
  }).replace('class="plot"', 'class="plot named"');
}
