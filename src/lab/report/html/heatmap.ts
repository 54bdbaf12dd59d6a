import type { EndpointLoad } from "../model.ts";

/** From so many requests on, the next darker colour; the same in every heatmap, so that they can be compared. */
const STEPS = [0.25, 0.5, 1, 2, 4, 8, 16, 32] as const;

/** Requests at each endpoint over time: one row for each, one colour for each factor of two; rows are 1 high. */
export function heatmap(loads: readonly EndpointLoad[], bounds: readonly number[], height: number): string {
  const end = bounds.at(-1) ?? 1;
  const edges = bounds.map((bound) => Math.round((bound / end) * 1000));
  const paths = Array.from({ length: STEPS.length + 1 }, () => "");
  for (const [row, { inFlight }] of loads.entries()) {
    const steps = inFlight?.map(stepOf) ?? [];
    // Neighbours of one colour are one stroke: that is what keeps a page of many rows small.
    for (let from = 0, to = 1; from < steps.length; from = to, to++) {
      while (to < steps.length && steps[to] === steps[from]) to++;
      const [left = 0, right = 0] = [edges[from], edges[to]];
      paths[steps[from] as number] += `M${left} ${row}.5H${right}`;
    }
  }
  const strokes = paths.map((path, step) => (path === "" ? "" : `<path class="h${step}" d="${path}"/>`));
  return `<svg class="heat" height="${height}" viewBox="0 0 1000 ${loads.length}" preserveAspectRatio="none" aria-hidden="true">${strokes.join("")}</svg>`;
}

/** What the colours mean. */
export function heatKey(): string {
  const labels = [`under ${STEPS[0]}`, ...STEPS.map(String)];
  const last = labels.length - 1;
  const boxes = labels.map(
    (label, step) => `<span><i class="h${step}"></i>${step === last ? `${label} or more` : label}</span>`,
  );
  return `<p class="key"><b>Requests at an endpoint</b> ${boxes.join("")}</p>`;
}

function stepOf(value: number): number {
  const above = STEPS.findIndex((step) => value < step);
  return above < 0 ? STEPS.length : above;
}
