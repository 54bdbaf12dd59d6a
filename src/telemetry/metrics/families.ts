import { BOUNDS_MS, type Durations } from "./durations.ts";
import type { GaugeSource } from "./gauges.ts";
import type { RequestCounters } from "./request-counters.ts";

/** One line of the exposition. */
export interface Sample {
  /** Where it is not the family's own name: `…_bucket`, `…_sum`, `…_count`. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** A metric with all of its samples, as they are when `samples` is called. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** What is made of the samples of several processes; without it, their sum. */
  readonly aggregator?: Aggregator;
  samples(): Sample[];
}

/** By the names that prom-client knows. `first` is the first process that has such a sample. */
export type Aggregator = "sum" | "average" | "min" | "max" | "first";

/** Counters and histograms of requests. */
export function requestFamilies(counters: RequestCounters): Family[] {
  return [
    {
      name: "gatewayctl_requests_total",
      help: "Requests answered, by route, service, endpoint, method and status. Labels that do not apply are empty.",
      type: "counter",
      samples: () => requestSamples(counters),
    },
    {
      name: "gatewayctl_internal_requests_total",
      help: "Requests that the gateway made itself: a composition's parts, a mirror's copies, a cache's revalidations. 499 is one that was given up.",
      type: "counter",
      samples: () =>
        [...counters.all()].flatMap(({ route, service, internals }) =>
          internals.map(({ purpose, status, value }) => ({ labels: { route, service, purpose, status }, value })),
        ),
    },
    {
      name: "gatewayctl_retries_total",
      help: "Tries at endpoints after the first one of a request.",
      type: "counter",
      samples: () =>
        [...counters.all()]
          .filter(({ service }) => service !== "")
          .map(({ route, service, retries }) => ({ labels: { route, service }, value: retries })),
    },
    durationFamily(
      "gatewayctl_gateway_duration_seconds",
      "From a request's head to the last byte of its response, as seen at the gateway.",
      () =>
        [...counters.all()]
          // A service that only the gateway's own requests have been to has none.
          .filter(({ endpoints }) => endpoints.size > 0)
          .map(({ route, service, gatewayDurations }) => [{ route, service }, gatewayDurations]),
    ),
    durationFamily(
      "gatewayctl_endpoint_duration_seconds",
      "The part of it that was spent on the endpoint, and what the gateway's own requests took. What is left is the gateway's.",
      () =>
        [...counters.all()]
          .filter(({ service }) => service !== "")
          .map(({ route, service, endpointDurations }) => [{ route, service }, endpointDurations]),
    ),
  ];
}

function requestSamples(counters: RequestCounters): Sample[] {
  const samples: Sample[] = [];
  for (const { route, service, endpoints } of counters.all()) {
    for (const { endpoint, byMethodAndStatus } of endpoints.values()) {
      for (const { method, status, value } of byMethodAndStatus.values()) {
        samples.push({ labels: { route, service, endpoint, method, status }, value });
      }
    }
  }
  return samples;
}

type Labels = Sample["labels"];

function durationFamily(name: string, help: string, series: () => [Labels, Durations][]): Family {
  return { name, help, type: "histogram", samples: () => series().flatMap((each) => histogramSamples(name, ...each)) };
}

function histogramSamples(name: string, labels: Labels, { counts, sumMs }: Durations): Sample[] {
  let cumulated = 0;
  const samples: Sample[] = [];
  for (let bucket = 0; bucket < counts.length; bucket++) {
    cumulated += counts[bucket] ?? 0;
    const bound = BOUNDS_MS[bucket];
    const le = bound === undefined ? "+Inf" : String(bound / 1_000);
    samples.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: cumulated });
  }
  samples.push({ metricName: `${name}_sum`, labels, value: sumMs / 1_000 });
  samples.push({ metricName: `${name}_count`, labels, value: cumulated });
  return samples;
}

/** What is asked of the gateway at the moment of reading. */
export function gaugeFamilies(source: () => GaugeSource): Family[] {
  const gauge = (name: string, help: string, samples: () => Sample[]): Family => ({
    name,
    help,
    type: "gauge",
    samples,
  });
  return [
    {
      ...gauge(
        "gatewayctl_endpoint_healthy",
        "1 if the endpoint is not known to be unhealthy, else 0; with several workers, the share of them that say 1.",
        () =>
          [...source().endpoints()].map(({ service, endpoint, healthy }) => ({
            labels: { service, endpoint },
            value: healthy ? 1 : 0,
          })),
      ),
      aggregator: "average",
    },
    gauge("gatewayctl_endpoint_in_flight", "Tries in progress at the endpoint.", () =>
      [...source().endpoints()].map(({ service, endpoint, inFlight }) => ({
        labels: { service, endpoint },
        value: inFlight,
      })),
    ),
    gauge("gatewayctl_connections", "Open client connections.", () => [{ labels: {}, value: source().connections() }]),
    gauge("gatewayctl_requests_in_flight", "Requests in progress.", () => [
      { labels: {}, value: source().requestsInFlight() },
    ]),
    {
      ...gauge(
        "gatewayctl_state_up",
        "1 if the Redis of `state` is there, else 0; with several workers, for all.",
        () => {
          const isUp = source().isStateUp();
          return isUp === undefined ? [] : [{ labels: {}, value: isUp ? 1 : 0 }];
        },
      ),
      aggregator: "min",
    },
  ];
}
