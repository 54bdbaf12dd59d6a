import type { AnyReport } from "../any-report.ts";
import { escapeHtml } from "./escape.ts";
import { countLabel, percentLabel, timeLabel } from "./units.ts";

/** Under what conditions the figures hold. */
export function conditions({ setup, requests, seed }: AnyReport): string {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["endpoints", String(setup.endpoints)],
    ["load", setup.load === null ? undefined : percentLabel(Number((setup.load * 100).toFixed(1)))],
    ["service time", setup.serviceTime ?? undefined],
    ["arrivals", setup.arrivals ?? undefined],
    ["rate", typeof setup.rate === "number" ? `${countLabel(setup.rate)} requests/s` : undefined],
    ["connections", setup.connections === undefined ? undefined : String(setup.connections)],
    ["duration", setup.durationMs === undefined ? undefined : `${timeLabel(setup.durationMs)} each`],
    ["requests", `${requests.toLocaleString("en")} each`],
    ["replications", setup.replications > 1 ? String(setup.replications) : undefined],
    ["warm-up", `${percentLabel(Number((setup.warmup * 100).toFixed(1)))} of each`],
    ["seed", String(seed)],
  ];
  const items = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`],
  );
  return `<dl class="facts">${items.join("")}</dl>`;
}
