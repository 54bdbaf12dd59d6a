import type { Candidate, EndpointId, PickRequest, Trace } from "../algorithm.ts";

/** What an algorithm says about one candidate. */
export interface Verdict {
  readonly score?: number;
  readonly reason: string;
}

/**
 * Fills a trace: the sentence, then one entry for each candidate in the request's order. Candidates that no
 * algorithm may pick (weight 0, already tried) are explained here; `describe` is asked about the others.
 */
export function explain(
  trace: Trace,
  request: PickRequest,
  exclude: readonly EndpointId[] | undefined,
  summary: string,
  describe: (candidate: Candidate, index: number) => Verdict,
): void {
  const retrying = exclude === undefined && request.exclude !== undefined && request.exclude.length > 0;
  trace.summary = retrying ? `${summary}; every candidate was tried already, so exclusions are lifted` : summary;
  for (let i = 0; i < request.candidates.length; i++) {
    const candidate = request.candidates[i]!;
    trace.entries.push({ endpoint: candidate.id, ...verdict(candidate, i, exclude, describe) });
  }
}

function verdict(
  candidate: Candidate,
  index: number,
  exclude: readonly EndpointId[] | undefined,
  describe: (candidate: Candidate, index: number) => Verdict,
): Verdict {
  if (!(candidate.weight > 0)) return { reason: "weight 0" };
  if (exclude?.includes(candidate.id) === true) return { reason: "already tried" };
  return describe(candidate, index);
}

/** A number as people read it: at most three decimals, no trailing zeros. */
export function short(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
