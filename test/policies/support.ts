import type { RequestFieldEdits } from "../../src/exchange/field-edits.ts";
import type { HeaderReader } from "../../src/exchange/header-reader.ts";
import type { PolicyExchange } from "../../src/exchange/policy-exchange.ts";
import type { Principal } from "../../src/exchange/principal.ts";
import type { RequestFacts } from "../../src/exchange/request-facts.ts";
import type { PolicyDeps } from "../../src/policies/policy.ts";
import { createRng } from "../../src/shared/rng.ts";

/** What a policy needs of its gateway: a clock that stands at `now`, and nothing shared with other tests. */
export function policyDeps(deps: Partial<PolicyDeps> = {}): PolicyDeps {
  const made = new Map<string, unknown>();
  return {
    clock: { now: () => 0 },
    wallClock: { now: () => Date.UTC(2026, 0, 1) },
    rng: createRng(1),
    routeName: "orders",
    serviceName: "orders",
    declared: "route",
    consumers: [],
    shared: <T>(key: string, make: () => T): T => {
      if (!made.has(key)) made.set(key, make());
      return made.get(key) as T;
    },
    ...deps,
  };
}

/** Edits of fields, and what they came to: [name, value], or [name] for one that was removed. */
export interface RecordedEdits extends RequestFieldEdits {
  readonly made: (readonly [name: string, value?: string])[];
  /** The value that was set or appended last. */
  get(name: string): string | undefined;
}

function recordEdits(): RecordedEdits {
  const made: (readonly [name: string, value?: string])[] = [];
  return {
    made,
    set: (name, value) => void made.push([name, value]),
    append: (name, value) => void made.push([name, value]),
    appendAll: (fields) => void made.push(...fields),
    remove: (name) => void made.push([name]),
    get isEmpty() {
      return made.length === 0;
    },
    get: (name) => made.findLast(([known]) => known === name)?.[1],
    read: (sent, name) => {
      const at = made.findLastIndex(([known, value]) => known === name && value === undefined);
      const added = made
        .slice(at + 1)
        .flatMap(([known, value]) => (known === name && value !== undefined ? [value] : []));
      const before = at < 0 ? sent.get(name) : undefined;
      return before === undefined && added.length === 0 ? undefined : [before ?? [], added].flat().join(", ");
    },
  };
}

export interface ExchangeOptions {
  readonly method?: string;
  readonly host?: string;
  readonly path?: string;
  readonly query?: string;
  readonly clientIp?: string;
  readonly scheme?: "http" | "https";
  /** In order; names in any case. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly principal?: Principal;
  readonly captures?: Readonly<Record<string, string>>;
  /** The client's by default. */
  readonly endpointPath?: string;
  /** The client's body; without it, none comes. */
  readonly body?: string | Uint8Array;
  /** The body that a question of `route` comes with. */
  readonly givenBody?: string;
  readonly sendAgain?: PolicyExchange["sendAgain"];
}

export interface RecordedExchange extends PolicyExchange {
  readonly requestFields: RecordedEdits;
  readonly responseFields: RecordedEdits;
  readonly removedQuery: string[];
  /** What `replaceBody` was given last, as text. */
  readonly replaced: () => string | undefined;
}

/** A request as a policy sees it; what the policy does to it can be looked at. */
export function policyExchange(options: ExchangeOptions = {}): RecordedExchange {
  const { method = "GET", host = "a.test", path = "/orders", query = "", clientIp = "127.0.0.1" } = options;
  const headers = readerOf(options.headers ?? []);
  const request: RequestFacts = { method, host, path, query, headers, clientIp, scheme: options.scheme ?? "http" };
  const removedQuery: string[] = [];
  let replaced: string | undefined;
  return {
    request,
    requestId: "test-1",
    routeName: "orders",
    serviceName: "orders",
    principal: options.principal,
    challenges: undefined,
    requestFields: recordEdits(),
    responseFields: recordEdits(),
    removedQuery,
    removeQuery: (name) => void removedQuery.push(name),
    query,
    captures: options.captures ?? {},
    endpointPath: options.endpointPath ?? path,
    hasBody: (options.body ?? options.givenBody) !== undefined,
    givenBody: options.givenBody === undefined ? undefined : Buffer.from(options.givenBody),
    body: async (limit) => {
      const bytes = Buffer.from(options.body ?? "");
      return bytes.length > limit ? undefined : bytes;
    },
    replaceBody: (bytes) => {
      replaced = Buffer.from(bytes).toString();
    },
    replaced: () => replaced,
    sendAgain: options.sendAgain ?? (async () => undefined),
  };
}

function readerOf(pairs: readonly (readonly [string, string])[]): HeaderReader {
  const entries = pairs.map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  const getAll = (name: string): string[] => entries.filter(([known]) => known === name).map(([, value]) => value);
  return {
    get: (name) => (getAll(name).length === 0 ? undefined : getAll(name).join(", ")),
    getAll,
    has: (name) => getAll(name).length > 0,
    entries: () => entries,
  };
}
