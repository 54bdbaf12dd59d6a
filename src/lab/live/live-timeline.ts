import { endpointLoads } from "../report/endpoint-loads.ts";
import type { LiveInterval } from "../report/live-figures.ts";
import type { EndpointLoad, EndpointResult, Timeline } from "../report/model.ts";
import type { LiveMeasures } from "./live-measures.ts";

/** The run over time, up to its last request: what comes after, when nothing is sent any more, would look like a fall. */
export function liveTimeline(measures: LiveMeasures): Timeline {
  const { lengthMs } = measures.interval;
  const series = beforeTheEnd(measures);
  const answered = <T>(interval: LiveInterval, value: T): T | null => (interval.answered === 0 ? null : value);
  let inFlight = 0;
  return {
    bounds: Array.from({ length: series.length + 1 }, (_, i) => i * lengthMs),
    warmupMs: Math.max(0, Math.round(measures.fromMs - measures.begunMs)),
    throughput: series.map((interval) => Math.round((interval.answered / lengthMs) * 1e6) / 1e3),
    mean: series.map((interval) => answered(interval, interval.mean)),
    p50: series.map((interval) => answered(interval, interval.p50)),
    p99: series.map((interval) => answered(interval, interval.p99)),
    errors: series.map(({ failed }) => failed),
    inFlight: series.map((interval) => (inFlight += interval.sent - interval.answered - interval.failed)),
  };
}

/** Who got what; and, where endpoints tell how long a request was there, how many were there on average. */
export function liveLoads(measures: LiveMeasures, endpoints: readonly EndpointResult[]): EndpointLoad[] {
  const { lengthMs } = measures.interval;
  const intervals = beforeTheEnd(measures).length;
  if (measures.endpoints.length === 0) return endpointLoads(endpoints, intervals);
  // Little's law: requests present = arrivals in a time × how long each was there.
  const inFlight = (endpoint: number, interval: number): number =>
    (measures.sojourns[interval]?.[endpoint] ?? 0) / lengthMs;
  return endpointLoads(endpoints, intervals, inFlight);
}

function beforeTheEnd({ series, begunMs, toMs }: LiveMeasures): readonly LiveInterval[] {
  return series.filter(({ atMs }) => begunMs + atMs < toMs);
}
