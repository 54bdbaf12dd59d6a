import type { Answer, PlainAnswer } from "../../../src/exchange/answer.ts";
import type { BodyStage } from "../../../src/exchange/body-stage.ts";
import type { CollectedResponse } from "../../../src/exchange/collected-response.ts";
import type { PolicyResponse } from "../../../src/exchange/policy-response.ts";
import { CACHE_STORE, cache } from "../../../src/policies/cache/policy.ts";
import { CacheStore } from "../../../src/policies/cache/store.ts";
import { readFields } from "../../../src/policies/cache/stored-fields.ts";
import type { PolicyDeps, Verdict } from "../../../src/policies/policy.ts";
import type { ErrorCode } from "../../../src/shared/errors/gateway-error.ts";
import { type ExchangeOptions, policyDeps, policyExchange, type RecordedExchange } from "../support.ts";

/** When tests begin, in ms since 1970. */
export const NOW = Date.UTC(2026, 0, 1);

/** A date as HTTP has it, so many seconds from `NOW`. */
export function httpDate(seconds: number): string {
  return new Date(NOW + seconds * 1000).toUTCString();
}

/** What an endpoint answers, or what the gateway says in its place. */
export interface Sent {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** The body ends before it is complete. */
  readonly cut?: boolean;
  readonly code?: ErrorCode;
  /** Seconds until its head comes. */
  readonly takes?: number;
}

/** What became of a request. */
export interface Became {
  /** What the client gets. */
  readonly status: number;
  readonly body: string;
  readonly header: (name: string) => string | undefined;
  /** Cache-Status, without the cache's name. */
  readonly said: string;
  /** Whether the endpoint was asked, and what it was sent of conditions. */
  readonly forwarded: boolean;
  readonly exchange: RecordedExchange;
  /** Where the gateway answered itself. */
  readonly answer: Answer | undefined;
}

export interface CacheWorld {
  readonly store: CacheStore;
  readonly policy: ReturnType<typeof cache.create>;
  readonly time: { now: number };
  /** So many seconds later. */
  pass(seconds: number): void;
  /** A request, and what its endpoint would answer. */
  ask(request?: ExchangeOptions, sent?: Sent): Promise<Became>;
  /** As many requests of a route as became so. */
  counted(result: string): number;
  readonly counters: Readonly<Record<string, { value: number }>>;
}

/** A route with `cache`, and nothing else. */
export function cacheWorld(options: object = {}, deps: Partial<PolicyDeps> = {}): CacheWorld {
  const time = { now: 5_000_000 };
  const counters: Record<string, { value: number }> = {};
  const all = policyDeps({
    clock: { now: () => time.now },
    wallClock: { now: () => NOW + time.now - 5_000_000 },
    counter: (name, labels) => (counters[`${name} ${labels["route"]} ${labels["result"]}`] ??= { value: 0 }),
    ...deps,
  });
  const policy = cache.create(cache.schema.parse(options), all);
  const pass = (seconds: number): void => void (time.now += seconds * 1000);
  return {
    policy,
    store: all.shared(CACHE_STORE, () => new CacheStore()),
    time,
    pass,
    counters,
    counted: (result) => counters[`gatewayctl_cache_requests_total orders ${result}`]?.value ?? 0,
    async ask(request = {}, sent = {}) {
      const exchange = policyExchange(request);
      const verdict = await policy.onRequest?.(exchange);
      if (verdict !== undefined) {
        policy.onFinish?.(exchange);
        return became(exchange, verdict, undefined);
      }
      if (sent.takes !== undefined) pass(sent.takes);
      const { response, finish } = responseOf(sent, exchange);
      const instead = await settle(policy.onResponse?.(exchange, response), finish);
      policy.onFinish?.(exchange);
      return became(exchange, instead, sent);
    },
  };
}

/** The body comes while the hook waits for it, or behind. */
async function settle(verdict: Verdict | Promise<Verdict>, finish: () => void): Promise<Verdict> {
  const settled = await verdict;
  finish();
  return settled;
}

/** A response as a policy sees it; `finish` has its body pass. */
export function responseOf(sent: Sent, exchange: Pick<RecordedExchange, "request">) {
  const { status = 200, headers = {}, body = "", code } = sent;
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === "string" ? [value] : value).map((each): [string, string] => [name, each]),
  );
  const bytes = Buffer.from(body);
  const stages: BodyStage[] = [];
  const passed: Buffer[] = [];
  const sink = {
    write: (part: Buffer, start: number, end: number) => passed.push(Buffer.from(part.subarray(start, end))) > 0,
    flush: () => {},
    end: () => {},
  };
  const bodiless = exchange.request.method === "HEAD" || status === 204 || status === 304;
  const length = headers["content-length"] === undefined ? undefined : Number(headers["content-length"]);
  const response: PolicyResponse = {
    status,
    from: code === undefined ? "endpoint" : "gateway",
    code,
    sent: readFields(entries),
    headers: readFields(entries),
    length: bodiless ? 0 : length,
    hasBody: !bodiless && bytes.length > 0,
    body: async (limit) => (bytes.length > limit ? undefined : bytes),
    replaceBody: () => {},
    pass: (make) => void stages.push(make({ next: sink, resume: () => {}, fail: () => {} })),
  };
  const finish = (): void => {
    for (const stage of stages) {
      const half = Math.floor(bytes.length / 2);
      stage.write(bytes, 0, half);
      stage.flush();
      if (sent.cut === true) stage.destroy();
      else {
        stage.write(bytes, half, bytes.length);
        stage.end();
      }
    }
  };
  return { response, finish, passed };
}

function became(exchange: RecordedExchange, answer: Answer | undefined, sent: Sent | undefined): Became {
  const plain = answer?.kind === "response" ? answer : undefined;
  const fields = answer === undefined ? exchange.responseFields.made : (answer.fields ?? []);
  const header = (name: string): string | undefined => fields.find(([known]) => known === name)?.[1];
  return {
    status: plain?.status ?? (answer === undefined ? (sent?.status ?? 200) : 500),
    body: plain === undefined ? (sent?.body ?? "") : textOf(plain),
    header,
    said: (header("cache-status") ?? "").replace(/^gatewayctl; /, ""),
    forwarded: sent !== undefined,
    exchange,
    answer,
  };
}

function textOf({ body }: PlainAnswer): string {
  return typeof body === "string" ? body : Buffer.from(body).toString();
}

/** What the endpoint answers to a request that the gateway sends by itself. */
export function collected({ status = 200, headers = {}, body = "" }: Sent): CollectedResponse {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === "string" ? [value] : value).map((each): [string, string] => [name, each]),
  );
  return { status, headers: readFields(entries), body: Buffer.from(body) };
}

/** A request with these fields. */
export function having(headers: Readonly<Record<string, string>>, more: ExchangeOptions = {}): ExchangeOptions {
  return { ...more, headers: Object.entries(headers) };
}
