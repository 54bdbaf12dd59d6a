import { type AnyReport, asReplay } from "../any-report.ts";
import { escapeHtml } from "./escape.ts";
import { type Fact, replayFacts } from "./replay-facts.ts";
import { countLabel, percentLabel, timeLabel } from "./units.ts";

/** Under what conditions the figures hold. */
export function conditions(report: AnyReport): string {
  const replay = asReplay(report);
  const items = (replay === undefined ? runFacts(report) : replayFacts(replay)).flatMap(([name, value]) =>
    value === undefined ? [] : [`<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`],
  );
  return `<dl class="facts">${items.join("")}</dl>`;
}

function runFacts({ setup, requests, seed }: AnyReport): readonly Fact[] {
  return [
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
}
