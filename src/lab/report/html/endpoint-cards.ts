import type { Current } from "./current.ts";
import type { EndpointLoad, Verdict } from "../model.ts";
import { escapeHtml } from "./escape.ts";
import { heatKey, heatmap } from "./heatmap.ts";
import type { Look } from "./looks.ts";
import { tags } from "./tags.ts";
import { timeLabel } from "./units.ts";

/** Bars end at twice the fair share; what is beyond has a mark. */
const FULL = 2;
/** So near to the fair share is fair. */
const MARGIN = 0.1;

/** For each algorithm, what waited where and when, and beside it who got how much of what it can do. */
export function endpointCards(looks: readonly Look[], verdict: Verdict, current: Current | undefined): string {
  const cards = looks.map((look) => card(look, verdict, current)).join("");
  if (cards === "") return "";
  const known = looks.some(({ result }) => result.endpointLoads?.some(({ inFlight }) => inFlight !== null));
  return `${known ? heatKey() : ""}<p class="key">${SHARES}</p><div class="cards">${cards}</div>`;
}

const SHARES =
  '<b>Share of the requests</b> <span><i class="fair"></i>what is fair by speed</span> ' +
  '<span><i class="under"></i>less</span> <span><i class="even"></i>about that</span> <span><i class="over"></i>more</span>';

function card(look: Look, verdict: Verdict, current: Current | undefined): string {
  const { result, name } = look;
  const { endpointLoads: loads = [], timeline, responseTime } = result;
  if (loads.length === 0) return "";
  const height = loads.length <= 12 ? 18 : loads.length <= 24 ? 13 : 9;
  const total = height * loads.length;
  const known = timeline !== undefined && loads.some(({ inFlight }) => inFlight !== null);
  const heat = known
    ? `<div class="map">${heatmap(loads, timeline.bounds, total)}<div class="ends"><span>0</span><span>${timeLabel(timeline.bounds.at(-1) ?? 0)}</span></div></div>`
    : "";
  return (
    `<figure class="card${known ? "" : " no-map"}"><figcaption><b>${escapeHtml(name)}</b>${tags(look, verdict, current)}<span>p99 ${timeLabel(responseTime.p99)}</span></figcaption>` +
    `<div class="rows"><svg class="names" height="${total}" aria-hidden="true">${names(loads, height)}</svg>${heat}` +
    `<svg class="shares" height="${total}" role="img" aria-label="Share of each endpoint">${shares(loads, height)}</svg></div></figure>`
  );
}

/** Each row's name, or every second one's where they are low. */
function names(loads: readonly EndpointLoad[], height: number): string {
  const every = height < 12 ? 2 : 1;
  return loads
    .map((load, row) => {
      if (row % every !== 0) return "";
      const name = nameOf(load);
      // The end tells endpoints apart: the port, the number.
      const bare = name.replace(/^https?:\/\//, "");
      const short = bare.length > 14 ? `…${bare.slice(-13)}` : bare;
      return `<text x="100%" y="${row * height + height / 2 + 4}" text-anchor="end">${escapeHtml(short)}<title>${escapeHtml(name)}</title></text>`;
    })
    .join("");
}

function shares(loads: readonly EndpointLoad[], height: number): string {
  const every = height < 12 ? 2 : 1;
  const bars = loads.map((load, row) => {
    const { share, fairShare } = load;
    const ratio = fairShare === 0 ? 0 : share / fairShare;
    const kind = ratio > 1 + MARGIN ? "over" : ratio < 1 - MARGIN ? "under" : "even";
    const y = row * height + 1;
    const text = `${nameOf(load)}: ${percent(share)} of the requests, ${percent(fairShare)} would be fair`;
    const label =
      row % every === 0 ? `<text x="100%" y="${y + height / 2 + 3}" text-anchor="end">${percent(share)}</text>` : "";
    return (
      `<g><title>${escapeHtml(text)}</title><rect class="${kind}" width="${(Math.min(ratio / FULL, 1) * 58).toFixed(1)}%" y="${y}" height="${height - 2}"/>` +
      `${ratio > FULL ? `<text class="beyond" x="56%" y="${y + height / 2 + 3}" text-anchor="end">»</text>` : ""}${label}</g>`
    );
  });
  return `${bars.join("")}<line class="fair" x1="29%" x2="29%" y2="100%"/>`;
}

function nameOf({ endpoint, endpoints }: EndpointLoad): string {
  return endpoints === 1 ? endpoint : `${endpoints} endpoints`;
}

function percent(part: number): string {
  if (part === 0) return "0 %";
  return `${(part * 100).toFixed(part < 0.01 ? 2 : part < 0.0995 ? 1 : 0)} %`;
}
