import type { Distribution } from "../model.ts";
import { formatTime } from "../columns.ts";
import { escapeHtml } from "./escape.ts";
import type { Look } from "./looks.ts";

const PERCENTS = [50, 75, 90, 95, 99, 99.9, 99.99] as const;

/** What the latency curves show, as a table: for who cannot see them, and for who wants figures. */
export function percentileTable(looks: readonly Look[]): string {
  const head = PERCENTS.map((percent) => `<th scope="col" class="n">${percent} %</th>`).join("");
  const rows = looks.map(({ name, result: { distribution, responseTime } }) => {
    const cells = PERCENTS.map(
      (percent) => `<td class="n">${distribution === undefined ? "" : valueAt(distribution, percent)}</td>`,
    );
    return `<tr><th scope="row">${escapeHtml(name)}</th>${cells.join("")}<td class="n">${formatTime(responseTime.max)}</td></tr>`;
  });
  return (
    '<details><summary>The figures behind the curves</summary><div class="scroll" tabindex="0" role="region" aria-label="Percentiles"><table><caption>Answered within, in ms</caption>' +
    `<thead><tr><th scope="col">algorithm</th>${head}<th scope="col" class="n">max</th></tr></thead><tbody>${rows.join("")}</tbody></table></div></details>`
  );
}

/** Between two points, by their distance in nines; nothing where there were too few requests to say. */
function valueAt({ percents, times }: Distribution, percent: number): string {
  const after = percents.findIndex((each) => each >= percent);
  if (after < 0 || (percents[after] === 100 && percents.length > 1 && (percents[after - 1] ?? 0) < percent)) return "–";
  const [right = 0, left = 0] = [percents[after], percents[Math.max(0, after - 1)]];
  const nines = (value: number): number => Math.log10(1 - value / 100);
  const part = right === left ? 1 : (nines(percent) - nines(left)) / (nines(right) - nines(left));
  const [low = 0, high = 0] = [times[Math.max(0, after - 1)], times[after]];
  return formatTime(low + (high - low) * part);
}
