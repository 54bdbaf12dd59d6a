import type { FinishedExchange } from "../../exchange/finished-exchange.ts";
import type { Millis } from "../../shared/clock.ts";
import { orNull } from "../access-log/json-line.ts";
import { jsonText } from "../access-log/json-text.ts";
import type { RecordedServices } from "./format.ts";
import { createKeyHash } from "./key-hash.ts";

/** Paths are for people who read the record; a longer one says no more to them. */
const LONGEST_PATH = 200;

export interface RecordLineOptions {
  /** Session and process. */
  readonly by: string;
  readonly salt: string;
  /** What of the clock is 0 in the record. */
  readonly originMs: Millis;
  readonly services: RecordedServices;
}

/**
 * Lines of exchanges that came to a service, with an endpoint or without. No header fields, body, query or credential:
 * what the service's algorithm hashed (without one, the client's address) stands there as a salted hash.
 *
 * Times are whole µs: they are written several times as fast as fractions. `at`: the request's head was complete;
 * `wait`: from then to the first try; `head` and `took`: of the last try, to the response's head (-1: none came) and to
 * its end; `total`: from `at` to the end.
 */
export function createRecordLine(options: RecordLineOptions): (exchange: FinishedExchange) => string {
  const { by, salt, originMs, services } = options;
  const keyHash = createKeyHash(salt);
  const start = `{"by":${jsonText(by)},"at":`;
  const algorithms = new Map(Object.entries(services).map(([name, each]) => [name, jsonText(each.algorithm.name)]));
  return (exchange) => {
    const { serviceName = "", code, internal, path, durationMs } = exchange;
    const shown = path.length > LONGEST_PATH ? path.slice(0, LONGEST_PATH) : path;
    return (
      `${start}${micros(exchange.begunAt - originMs)},"service":${jsonText(serviceName)}` +
      `,"route":${orNull(exchange.routeName)},"method":${jsonText(exchange.method)},"path":${jsonText(shown)}` +
      `,"endpoint":${orNull(exchange.endpointId)},"algorithm":${algorithms.get(serviceName) ?? "null"}` +
      `,"key":"${keyHash(exchange.hashKey ?? exchange.clientIp)}","inFlight":${exchange.othersInFlight}` +
      `,"attempts":${exchange.attempts},"status":${exchange.status},"code":${code === undefined ? "null" : `"${code}"`}` +
      `,"wait":${micros(durationMs - exchange.endpointMs)},"head":${exchange.responseMs < 0 ? -1 : micros(exchange.responseMs)}` +
      `,"took":${micros(exchange.tryMs)},"total":${micros(durationMs)}` +
      `${exchange.sticky ? ',"sticky":true' : ""}${internal === undefined ? "" : `,"internal":"${internal}"`}}\n`
    );
  };
}

/** Never negative, and never what JSON has no word for, whatever a clock says. */
function micros(ms: Millis): number {
  return ms > 0 && ms < Number.MAX_SAFE_INTEGER ? Math.round(ms * 1000) : 0;
}
