import type { AlgorithmResult, EndpointResult } from "./model.ts";
import { inWords, share } from "./wording.ts";

/** What must differ by so much to be worth a sentence. */
const TELLING = 1.1;

/**
 * What one algorithm did and another did not, in sentences that begin with a blank; empty where nothing that is
 * measured tells them apart. The most telling first: failures, overload, then the share of the slow ones, then the queues.
 */
export function describeContrast(better: AlgorithmResult, worse: AlgorithmResult): string {
  return failures(better, worse) || overload(better, worse) || slowShare(better, worse) || queues(better, worse);
}

function failures(better: AlgorithmResult, worse: AlgorithmResult): string {
  const shareOf = ({ errors, requests }: AlgorithmResult): number => errors / Math.max(1, requests);
  const [few, many] = [shareOf(better), shareOf(worse)];
  // Less than one in a thousand more is not what decides.
  if (many < few * TELLING || many - few < 0.001) return "";
  return ` With it ${few === 0 ? "no request" : `${share(few)} of the requests`} failed; with ${worse.algorithm} ${share(many)} did.`;
}

function overload(better: AlgorithmResult, worse: AlgorithmResult): string {
  if (better.overloaded.length > 0 || worse.overloaded.length === 0) return "";
  const worst = worse.endpoints.reduce((a, b) => (b.offered > a.offered ? b : a));
  const work = `${share(worst.offered)} of what it can do`;
  return ` ${worse.algorithm} gave ${worst.endpoint} ${work}, so that its queue never ended; ${better.algorithm} did not.`;
}

function slowShare(better: AlgorithmResult, worse: AlgorithmResult): string {
  const slowest = Math.min(...better.endpoints.map((endpoint) => endpoint.speed));
  const isSlow = (endpoint: EndpointResult) => endpoint.speed === slowest;
  const slow = better.endpoints.filter(isSlow);
  if (slow.length === better.endpoints.length) return "";
  const shareOf = (result: AlgorithmResult) =>
    result.endpoints.filter(isSlow).reduce((sum, endpoint) => sum + endpoint.requests, 0) / result.requests;
  const [of, ofWorse] = [shareOf(better), shareOf(worse)];
  if (ofWorse < of * TELLING) return "";
  const names = inWords(slow.map(({ endpoint }) => endpoint));
  const whom = slow.length > 3 ? `the ${slow.length} slowest endpoints` : `${names}, the slowest,`;
  return ` It gave ${whom} ${share(of)} of the requests; ${worse.algorithm} gave ${share(ofWorse)}.`;
}

function queues(better: AlgorithmResult, worse: AlgorithmResult): string {
  if (worse.maxQueue < better.maxQueue * TELLING) return "";
  const line = `no endpoint ever had more than ${better.maxQueue} request${better.maxQueue === 1 ? "" : "s"} at once`;
  return ` With it ${line}; with ${worse.algorithm} it was ${worse.maxQueue}.`;
}
