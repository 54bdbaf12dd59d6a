import type { Look } from "./looks.ts";
import { escapeHtml } from "./escape.ts";

/** Lines of several algorithms, those that stand out on top, and below all what was measured. @param pathOf an empty path is not drawn */
export function lines(looks: readonly Look[], pathOf: (look: Look) => string): string {
  return looks
    .toSorted((a, b) => level(a) - level(b))
    .map((look) => {
      const path = pathOf(look);
      if (path === "") return "";
      const dash = look.dash === undefined ? "" : ` stroke-dasharray="${look.dash}"`;
      return `<path class="line ${look.id}"${dash} d="${path}"><title>${escapeHtml(look.name)}</title></path>`;
    })
    .join("");
}

function level({ role, shown }: Look): number {
  return role === "recorded" ? -1 : Number(shown);
}

/** How a line looks, beside its name. */
export function swatch({ id, dash }: Look): string {
  const dashes = dash === undefined ? "" : ` stroke-dasharray="${dash}"`;
  return `<svg class="swatch" width="26" height="10" aria-hidden="true"><line class="line ${id}"${dashes} x1="1" x2="25" y1="5" y2="5"/></svg>`;
}
