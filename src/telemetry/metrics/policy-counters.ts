import type { Family } from "./families.ts";

/** A counter that somebody else counts up. */
export interface PolicyCounter {
  value: number;
}

/** What policies count. */
export interface PolicyCounterSet {
  /** The same counter for the same name and labels. Labels are joined once, when it is asked for, never per request. */
  readonly find: (name: string, labels: Readonly<Record<string, string>>) => PolicyCounter;
  readonly families: readonly Family[];
}

/** The counters that there may be, and what they mean. */
const HELP = {
  gatewayctl_cache_requests_total:
    "Requests of routes with cache, by what became of them: hit, stale (answered with a stale response), revalidated, collapsed (answered with what another request brought), miss, bypass.",
  gatewayctl_compress_input_bytes_total: "Octets of responses' bodies before compress coded them.",
  gatewayctl_compress_output_bytes_total: "Octets of responses' bodies after compress coded them.",
  gatewayctl_rate_limited_total:
    "Requests denied by a rule of rateLimit; in mode shadow, requests that it would have denied.",
  gatewayctl_state_fallbacks_total:
    "Requests for which a gateway did without the Redis of `state`, as it was gone or too slow: of rateLimit, those that it counted for itself; of cache, those that it looked up in its memory alone.",
  gatewayctl_mirrored_requests_total:
    "Copies of requests for a mirror, by result: sent; crowded, too-large or incomplete for those that were not.",
  gatewayctl_validate_responses_total:
    "Responses that validate held against an OpenAPI document, by result: ok, invalid, or unchecked where it could not look.",
} as const;

/** Counters of policies, all of them 0. */
export function createPolicyCounters(): PolicyCounterSet {
  const byName = new Map(
    Object.keys(HELP).map((name) => [name, new Map<string, PolicyCounter & { labels: Labels }>()]),
  );
  return {
    find(name, labels) {
      const counters = byName.get(name);
      if (counters === undefined) throw new TypeError(`no such metric: ${name}`);
      const key = JSON.stringify(Object.entries(labels));
      let counter = counters.get(key);
      if (counter === undefined) {
        counter = { labels, value: 0 };
        counters.set(key, counter);
      }
      return counter;
    },
    families: Object.entries(HELP).map(([name, help]) => ({
      name,
      help,
      type: "counter",
      samples: () => [...(byName.get(name)?.values() ?? [])].map(({ labels, value }) => ({ labels, value })),
    })),
  };
}

type Labels = Readonly<Record<string, string>>;
