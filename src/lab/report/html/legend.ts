import { escapeHtml } from "./escape.ts";
import { swatch } from "./lines.ts";
import type { Look } from "./looks.ts";
import { timeLabel } from "./units.ts";

/** One checkbox for each algorithm: what is checked stands out in all charts below. It needs no script (`legendStyle`). */
export function legend(looks: readonly Look[]): string {
  const items = looks.map((look) => {
    const { id, name, shown, result } = look;
    return (
      `<label><input type="checkbox" id="${id}"${shown ? " checked" : ""}>${swatch(look)}` +
      `<span>${escapeHtml(name)}</span><small>${timeLabel(result.responseTime.p99)}</small></label>`
    );
  });
  return `<fieldset class="legend"><legend>Highlight (with p99)</legend>${items.join("")}</fieldset>`;
}

const BOLD = "stroke-width:2.25;opacity:1";
/** What was replayed lies on what was measured where the replay is good: both have to be seen. */
const BROAD = "stroke-width:7;opacity:.3";

/** What a checkbox changes, and each line's colour. */
export function legendStyle(looks: readonly Look[]): string {
  return looks
    .map(({ id, role, paint }) => {
      const on = `main:has(#${id}:checked) `;
      const color = `var(${paint})`;
      return `${on}.line.${id}{stroke:${color};${role === "recorded" ? BROAD : BOLD}}${on}.dot.${id}{--dot:${color}}`;
    })
    .join("");
}
