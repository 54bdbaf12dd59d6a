import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { PolicyResponse } from "../../exchange/policy-response.ts";
import type { Millis } from "../../shared/clock.ts";
import type { Policy, Verdict } from "../policy.ts";
import { hitAnswer, storedAnswer } from "./answers.ts";
import type { CacheContext } from "./cache-context.ts";
import { type ForwardReason, forwardStatus, refusedStatus } from "./cache-status.ts";
import { Flight, type Landing } from "./flight.ts";
import { invalidateBy, isSafe } from "./invalidate.ts";
import { cacheKey } from "./key.ts";
import { type Forwarded, hasCredentials, type Lookup } from "./lookup.ts";
import { prepareRequest } from "./prepare-request.ts";
import { ResponseIntake } from "./response-intake.ts";
import { refreshBehind } from "./refresh.ts";
import { isDisguised, NO_WANTS, readWants, wantsTunnel } from "./request-wants.ts";
import { judgeReuse } from "./reuse.ts";
import type { SharedLevel } from "./shared-level.ts";
import { selectStored } from "./store.ts";
import { isFresh, type Stored, ttlOf } from "./stored.ts";
import { selectingOf, selects } from "./vary.ts";
import { Waiting } from "./waiting.ts";

/** Errors in a row after which nobody waits for another one's try any more. */
const MOST_FAILURES = 3;
/** How long nobody waits then. */
const FAILING_FOR: Millis = 1_000;

/** The cache of one route, on the store of all. */
export class RouteCache implements Pick<Policy, "onRequest" | "onResponse" | "onFinish"> {
  private readonly context: CacheContext;
  private readonly intake: ResponseIntake;
  /** Methods that are answered from the store. */
  private readonly methods: ReadonlySet<string>;
  private readonly forwarded = new Map<PolicyExchange, Forwarded>();
  private readonly waiting = new Waiting();

  constructor(context: CacheContext, methods: readonly string[]) {
    this.context = context;
    this.methods = new Set(methods);
    this.intake = new ResponseIntake(context);
  }

  onRequest(exchange: PolicyExchange): Verdict | Promise<Verdict> {
    const { request } = exchange;
    const { method, headers } = request;
    if (method !== "GET" && (method !== "HEAD" || !this.methods.has("HEAD"))) return this.bypass(exchange, "method");
    // What is in a GET's body no cache knows, and a tunnel is no response.
    if (exchange.hasBody || wantsTunnel(headers)) return this.bypass(exchange, "bypass");
    const { store, clock } = this.context;
    const key = cacheKey(exchange.routeName, request, exchange.query);
    const wants = readWants(headers, exchange.requestFields);
    const variants = this.methods.has(method) ? store.find(key) : undefined;
    const stored = variants === undefined ? undefined : selectStored(exchange, variants);
    if (stored !== undefined && wants === NO_WANTS) {
      const now = clock.now();
      if (isFresh(stored, now) && (stored.rules.forCredentials || !hasCredentials(exchange))) {
        this.context.count("hit");
        store.shared?.check(key, now);
        return hitAnswer(stored, now);
      }
    }
    return this.decide(this.look(exchange, key, stored, variants !== undefined), 0);
  }

  private look(exchange: PolicyExchange, key: string, found: Stored | undefined, known: boolean): Lookup {
    const credentials = hasCredentials(exchange);
    const usable = found !== undefined && (found.rules.forCredentials || !credentials);
    const missing = found === undefined ? (known ? "vary-miss" : "uri-miss") : "request";
    const wants = readWants(exchange.request.headers, exchange.requestFields);
    return { exchange, key, wants, credentials, stored: usable ? found : undefined, missing };
  }

  /** Something has changed meanwhile. */
  private lookAgain({ exchange, key }: Lookup): Lookup {
    const variants = this.context.store.find(key);
    return this.look(exchange, key, variants && selectStored(exchange, variants), variants !== undefined);
  }

  /** @param failures errors that others have just had with the same */
  private decide(lookup: Lookup, failures: number): Verdict | Promise<Verdict> {
    const { exchange, wants, stored } = lookup;
    const { clock, windows, count } = this.context;
    const now = clock.now();
    if (!this.methods.has(exchange.request.method)) return this.forward(lookup, "method", now, undefined);
    const reuse = stored === undefined ? undefined : judgeReuse(stored, wants, now, windows);
    if (stored !== undefined && reuse !== undefined && reuse !== "request" && reuse !== "stale") {
      count(reuse === "fresh" ? "hit" : "stale");
      // Who wants nothing stored leaves it to the next one.
      if (reuse === "stale-meanwhile" && !wants.noStore) refreshBehind(this.context, lookup, stored, now);
      this.context.store.shared?.check(lookup.key, now);
      return this.answer(lookup, stored, undefined);
    }
    if (wants.onlyIfCached) {
      count("bypass");
      const fields = [["cache-status", refusedStatus("only-if-cached")]] as const;
      return { kind: "problem", code: "GW0535", detail: "Nothing stored may answer this request.", fields };
    }
    if (isDisguised(exchange.request.headers)) return this.bypass(exchange, "bypass");
    const fwd = reuse === "request" || reuse === "stale" ? reuse : lookup.missing;
    if (!this.mayCollapse(lookup, now)) return this.forward(lookup, fwd, now, undefined);
    return this.collapse(lookup, fwd, now, failures);
  }

  /** Is the response of another request for the same as good as its own would be? */
  private mayCollapse({ exchange, key, wants }: Lookup, now: Millis): boolean {
    if (exchange.request.method !== "GET" || wants.noStore || wants.noCache || wants.forOrigin) return false;
    if (wants.range !== undefined || wants.maxAge !== undefined || wants.minFresh > 0) return false;
    return this.context.store.markOf(key, now) === undefined;
  }

  private collapse(lookup: Lookup, fwd: ForwardReason, now: Millis, failures: number): Verdict | Promise<Verdict> {
    const { flights } = this.context.store;
    const flightKey = this.flightKeyOf(lookup);
    const flight = flights.get(flightKey);
    if (flight !== undefined) {
      const { exchange } = lookup;
      return this.waiting.wait(exchange, flight, (landing) => this.land(lookup, flight, fwd, landing));
    }
    const made = new Flight(failures, () => flights.delete(flightKey));
    flights.set(flightKey, made);
    const { shared } = this.context.store;
    if (shared?.isUp === true) return this.askOthers(lookup, fwd, made, shared);
    shared?.fallBack();
    return this.forward(lookup, fwd, now, made);
  }

  /** What this gateway has not stored another one may have. */
  private async askOthers(lookup: Lookup, fwd: ForwardReason, flight: Flight, shared: SharedLevel): Promise<Verdict> {
    const { exchange, key, wants } = lookup;
    const { clock, windows } = this.context;
    if (!(await this.waiting.ask(exchange, flight, shared.load(key)))) return undefined;
    const again = this.lookAgain(lookup);
    const now = clock.now();
    const reuse = again.stored === undefined ? undefined : judgeReuse(again.stored, wants, now, windows);
    if (reuse === undefined || reuse === "stale" || reuse === "request") {
      return this.forward(again, again.stored === undefined ? again.missing : (reuse ?? fwd), now, flight);
    }
    flight.giveUp({ kind: "again", failures: flight.failures });
    return this.decide(again, flight.failures);
  }

  /** Who waits for whom: those that would most likely be given the same response. */
  private flightKeyOf({ exchange, key, credentials }: Lookup): string {
    const names = this.context.store.find(key)?.[0]?.selecting.names ?? this.context.vary;
    const values = names.length === 0 ? "" : selectingOf(exchange, names).values.join("\n");
    return `${key}\n${credentials ? "c" : ""}\n${values}`;
  }

  private land(lookup: Lookup, flight: Flight, fwd: ForwardReason, landing: Landing): Verdict | Promise<Verdict> {
    const { exchange, credentials, key } = lookup;
    const { clock, store, count } = this.context;
    const now = clock.now();
    switch (landing.kind) {
      case "go":
        return this.forward(this.lookAgain(lookup), fwd, now, flight);
      case "failed": {
        count("collapsed");
        const fields = [["cache-status", forwardStatus({ fwd, collapsed: true })]] as const;
        return { kind: "problem", code: landing.code, fields };
      }
      case "again":
        if (landing.failures >= MOST_FAILURES) store.mark(key, now + FAILING_FOR, false);
        return this.decide(this.lookAgain(lookup), landing.failures);
      default: {
        const { stored } = landing;
        const usable = selects(exchange, stored.selecting) && (stored.rules.forCredentials || !credentials);
        if (!usable) return this.decide(this.lookAgain(lookup), 0);
        count("collapsed");
        const fwdStatus = landing.kind === "stale" ? landing.fwdStatus : undefined;
        return this.answer(lookup, stored, forwardStatus({ fwd, fwdStatus, collapsed: true, ttl: ttlOf(stored, now) }));
      }
    }
  }

  private answer({ exchange, wants }: Lookup, stored: Stored, status: string | undefined): Verdict {
    const { clock, wallClock } = this.context;
    const { method } = exchange.request;
    return storedAnswer(stored, { method, wants, now: clock.now(), wallNow: wallClock.now(), status });
  }

  /** Neither looked up nor stored. */
  private bypass({ responseFields }: PolicyExchange, fwd: ForwardReason): undefined {
    this.context.count("bypass");
    responseFields.append("cache-status", forwardStatus({ fwd }));
  }

  /** Goes on, with conditions of the cache's own where it has something that may still be right. */
  private forward(lookup: Lookup, fwd: ForwardReason, now: Millis, flight: Flight | undefined): undefined {
    const { exchange, key } = lookup;
    const { store } = this.context;
    const prepared = prepareRequest(lookup, store, now);
    const way = { lookup, key, fwd, requestedAt: now, flight, ...prepared };
    const forwarded: Forwarded = { ...way, isVoid: false, landed: false, counted: false };
    store.begin(forwarded);
    this.forwarded.set(exchange, forwarded);
  }

  onResponse(exchange: PolicyExchange, response: PolicyResponse): Verdict | Promise<Verdict> {
    const forwarded = this.forwarded.get(exchange);
    if (forwarded !== undefined) return this.intake.take(forwarded, response);
    if (!isSafe(exchange.request.method)) invalidateBy(exchange, response, this.context.store);
    return undefined;
  }

  onFinish(exchange: PolicyExchange): void {
    if (this.forwarded.size > 0) this.finishForwarded(exchange);
    this.waiting.leave(exchange);
  }

  private finishForwarded(exchange: PolicyExchange): void {
    const forwarded = this.forwarded.get(exchange);
    if (forwarded === undefined) return;
    this.forwarded.delete(exchange);
    this.context.store.end(forwarded);
    // Its client has gone, or the response was cut short: others have to try for themselves.
    if (!forwarded.landed) forwarded.flight?.giveUp({ kind: "again", failures: forwarded.flight.failures });
  }
}
