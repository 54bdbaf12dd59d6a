import { Column, Names } from "./columns.ts";
import type { RecordedExchange, ServiceEntry } from "./record-entry.ts";

/** What became of an exchange, as far as a replay goes by it. */
export const FATE = {
  /** The endpoint answered, with whatever status. */
  served: 0,
  /** Nobody waited for the end: it would have taken as long at the least. */
  givenUp: 1,
  /** No endpoint, no connection, or none to the end: how long it would have taken is not known. */
  failed: 2,
  /** A connection that lasts, as a WebSocket: not a request that takes its time. */
  upgraded: 3,
} as const;

/** Gateway codes of exchanges that an endpoint let wait for too long. */
const TIMED_OUT: ReadonlySet<string> = new Set(["GW0304", "GW0307"]);
const CLIENT_GONE = 499;
const SWITCHING_PROTOCOLS = 101;

/** All exchanges with one service, in the order of the file. Times in ms since the first session began. */
export class RecordedService {
  readonly name: string;
  readonly endpoints = new Names();
  readonly keys = new Names();
  readonly algorithms = new Map<string, number>();
  /** As it was configured last. */
  configured: ServiceEntry | undefined;
  /** When the first try began, that is, when a balancer had to pick; and the number of its session. */
  readonly pickedAt = new Column();
  readonly session = new Column();
  /** From then to the end, and the part of it that was the last try. */
  readonly tookMs = new Column();
  readonly lastTryMs = new Column();
  /** The part of the last try until the response's head, 0 to 1. */
  readonly headShare = new Column();
  /** Numbers in `endpoints` (-1: none) and in `keys`. */
  readonly endpoint = new Column();
  readonly key = new Column();
  readonly fate = new Column();
  sticky = 0;

  constructor(name: string) {
    this.name = name;
  }

  get count(): number {
    return this.fate.length;
  }

  /** @param sessionMs when its session began */
  add(exchange: RecordedExchange, session: number, sessionMs: number): void {
    const { endpoint, algorithm, head } = exchange;
    const tookUs = Math.max(0, exchange.total - exchange.wait);
    const lastUs = Math.min(exchange.took, tookUs);
    this.pickedAt.add(sessionMs + (exchange.at + exchange.wait) / 1000);
    this.session.add(session);
    this.tookMs.add(tookUs / 1000);
    this.lastTryMs.add(lastUs / 1000);
    this.headShare.add(head < 0 || lastUs === 0 ? 1 : Math.min(1, head / lastUs));
    this.endpoint.add(endpoint === null ? -1 : this.endpoints.numberOf(endpoint));
    this.key.add(this.keys.numberOf(exchange.key));
    this.fate.add(fateOf(exchange));
    if (exchange.sticky) this.sticky++;
    if (algorithm !== null) this.algorithms.set(algorithm, (this.algorithms.get(algorithm) ?? 0) + 1);
  }
}

function fateOf({ endpoint, status, code }: RecordedExchange): number {
  if (endpoint === null) return FATE.failed;
  if (status === SWITCHING_PROTOCOLS) return FATE.upgraded;
  if (status === CLIENT_GONE || (code !== null && TIMED_OUT.has(code))) return FATE.givenUp;
  return code === null ? FATE.served : FATE.failed;
}
