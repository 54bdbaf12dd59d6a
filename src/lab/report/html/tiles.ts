import { formatTime } from "../columns.ts";
import type { AlgorithmResult } from "../model.ts";
import { share, threeFigures } from "../wording.ts";
import type { Current } from "./current.ts";
import { escapeHtml } from "./escape.ts";
import type { Look } from "./looks.ts";

/** The figures that say most: the best p99, the one in use (as it was measured, if it was), and the worst. */
export function tiles(
  looks: readonly Look[],
  current: Current | undefined,
  recorded: AlgorithmResult | undefined,
): string {
  const [best] = looks;
  if (best === undefined) return "";
  const { p50, p99, p999 } = best.result.responseTime;
  if (looks.length === 1 && recorded === undefined)
    return group([tile("median", p50), tile("p99", p99), tile("p99.9", p999)]);
  const reference = looks.find(({ result }) => result.algorithm === (current?.algorithm ?? "round-robin"));
  // Where all lead, the last of them.
  const worst = looks.find(({ role }) => role === "worst") ?? looks.findLast(({ role }) => role === "leads");
  const others = recorded === undefined ? [reference, worst] : [worst];
  const named = (look: Look): string => (current !== undefined && look === reference ? `, ${current.said}` : "");
  return group([
    tile(`p99 of ${best.name}${recorded === undefined ? "" : ", replayed"}`, p99, noteOn(best, best)),
    ...(recorded === undefined ? [] : [recordedTile(recorded)]),
    ...[...new Set(others)].flatMap((look) =>
      look === undefined || look === best
        ? []
        : [tile(`p99 of ${look.name}${named(look)}`, look.result.responseTime.p99, noteOn(look, best))],
    ),
  ]);
}

function recordedTile({ algorithm, responseTime, errors, requests }: AlgorithmResult): string {
  const failed = errors === 0 ? "" : `; ${share(errors / Math.max(1, requests))} of the requests failed`;
  return tile("p99 as recorded", responseTime.p99, `${algorithm} was in use${failed}`);
}

/** What is to be known of a p99; where requests failed, that they did: it is the p99 of what was answered. */
function noteOn({ result }: Look, best: Look): string {
  const { overloaded, errors, requests, responseTime } = result;
  if (overloaded.length > 0) return "overloaded: grows with the run";
  if (errors > 0 || best.result.errors > 0) return `${share(errors / Math.max(1, requests))} of the requests failed`;
  if (result === best.result) return "the lowest";
  return `${threeFigures(responseTime.p99 / Math.max(best.result.responseTime.p99, Number.MIN_VALUE))} times the lowest`;
}

function group(all: readonly string[]): string {
  return `<div class="tiles">${all.join("")}</div>`;
}

function tile(name: string, ms: number, note = ""): string {
  const text = formatTime(ms);
  const [, figure = text, unit = ""] = /^([\d.]+)(\D*)$/.exec(text) ?? [];
  return (
    `<div class="tile"><p>${escapeHtml(name)}</p><p class="figure">${figure}<small>${unit === "" ? "ms" : unit}</small></p>` +
    `<p>${escapeHtml(note)}</p></div>`
  );
}
