import type { PolicyResponse } from "../../exchange/policy-response.ts";
import type { Millis } from "../../shared/clock.ts";
import type { Verdict } from "../policy.ts";
import { notModified, storedAnswer } from "./answers.ts";
import type { CacheContext, CacheResult } from "./cache-context.ts";
import { type ForwardStatus, forwardStatus } from "./cache-status.ts";
import { CollectStage } from "./collect-stage.ts";
import { isAbout, isNotModified } from "./conditions.ts";
import type { Landing } from "./flight.ts";
import type { Forwarded } from "./lookup.ts";
import { fetchWhole } from "./fetch-whole.ts";
import { judgeResponse, type ResponseRules } from "./response-rules.ts";
import { servesOnError } from "./reuse.ts";
import { readFields } from "./stored-fields.ts";
import {
  type Arrival,
  freshen,
  type Freshened,
  isOfLength,
  store as makeStored,
  type Stored,
  storeHead,
  ttlOf,
  validatorsOf,
} from "./stored.ts";
import { selectingOf, varyNames } from "./vary.ts";

/** What says that the service fails (RFC 5861 section 4), whoever says it. */
const FAILURES: ReadonlySet<number> = new Set([500, 502, 503, 504]);
/** How long nobody waits for a response that was of no use to others. */
const UNSHARED_FOR: Millis = 10_000;

/** A response that may be stored, its body aside. */
interface Candidate {
  readonly arrival: Arrival;
  readonly rules: ResponseRules;
}

/** What becomes of responses to requests that went on. */
export class ResponseIntake {
  private readonly context: CacheContext;

  constructor(context: CacheContext) {
    this.context = context;
  }

  take(forwarded: Forwarded, response: PolicyResponse): Verdict | Promise<Verdict> {
    const { exchange, stored, wants } = forwarded.lookup;
    const now = this.context.clock.now();
    const { status } = response;
    if (stored !== undefined && FAILURES.has(status) && servesOnError(stored, wants, now, this.context.windows)) {
      return this.answerStale(forwarded, response, stored, now);
    }
    if (status === 304 && forwarded.validates && response.from === "endpoint")
      return this.validated(forwarded, response);
    if (exchange.request.method === "HEAD") return this.takeHead(forwarded, response, now);
    const candidate = this.consider(forwarded, response, now);
    return candidate === undefined ? this.passOn(forwarded, response, now) : this.keep(forwarded, response, candidate);
  }

  private answerStale(forwarded: Forwarded, response: PolicyResponse, stored: Stored, now: Millis): Verdict {
    const fwdStatus = response.from === "endpoint" ? response.status : undefined;
    this.count(forwarded, "stale");
    this.land(forwarded, { kind: "stale", stored, fwdStatus });
    const ttl = ttlOf(stored, now);
    return this.answer(forwarded, stored, { fwd: forwarded.fwd, fwdStatus, ttl, detail: "stale-if-error" });
  }

  /** RFC 9111 section 4.3.3: what is stored is right, and fresh again. */
  private validated(forwarded: Forwarded, response: PolicyResponse): Promise<Verdict> {
    const { lookup, key, fwd } = forwarded;
    const stored = lookup.stored as Stored;
    const { store, clock, maxEntryBytes } = this.context;
    if (!isAbout(response.sent, stored)) {
      store.remove(key, stored);
      this.land(forwarded, { kind: "again", failures: 0 });
      return fetchWhole(lookup.exchange, maxEntryBytes, fwd);
    }
    const fresh = this.freshen(forwarded, stored, response);
    const stays = fresh.stays && this.mayStore(forwarded);
    this.count(forwarded, "revalidated");
    this.share(forwarded, fresh.stays ? fresh.stored : undefined);
    const ttl = ttlOf(fresh.stored, clock.now());
    const answer = this.answer(forwarded, fresh.stored, { fwd, fwdStatus: 304, stored: stays, ttl }, response);
    // By the time this is settled, the endpoint's connection has come to the end of the response, and is kept.
    return Promise.resolve(answer);
  }

  /** Puts the stored response with the newer fields in its place, where it may stay. */
  private freshen(forwarded: Forwarded, stored: Stored, response: PolicyResponse): Freshened {
    const { key } = forwarded;
    const { store, vary } = this.context;
    const names = response.sent.has("vary") ? varyNames(response.sent, vary) : stored.selecting.names;
    const fresh = freshen(stored, this.arrivalOf(forwarded, response, names ?? []));
    const stays = fresh.stays && names !== undefined;
    const isKept = stays && this.mayStore(forwarded);
    // Also where it is selected by other fields than before: what has been updated must not answer as it was.
    if (isKept || !stays) store.remove(key, stored);
    if (isKept) store.put(key, fresh.stored);
    return { ...fresh, stays };
  }

  /** RFC 9111 section 4.3.5: a response to HEAD says whether what is stored for GET is still right. */
  private takeHead(forwarded: Forwarded, response: PolicyResponse, now: Millis): undefined {
    const { lookup, key } = forwarded;
    const { stored } = lookup;
    if (stored !== undefined && response.status === stored.status && this.mayStore(forwarded)) {
      if (isOfLength(response.sent, stored) && isAbout(response.sent, stored) && stored.headLength === undefined) {
        this.freshen(forwarded, stored, response);
        return this.tell(forwarded, {});
      }
      this.context.store.remove(key, stored);
    }
    const isStored = this.keepHead(forwarded, response, now);
    this.tell(forwarded, isStored ? { stored: true } : {});
  }

  /** A response to HEAD answers the next one, if it says how long the body would be. */
  private keepHead(forwarded: Forwarded, response: PolicyResponse, now: Millis): boolean {
    const length = response.sent.get("content-length");
    if (length === undefined || !/^\d+$/.test(length)) return false;
    const candidate = this.consider(forwarded, response, now);
    if (candidate === undefined) return false;
    this.context.store.put(forwarded.key, storeHead(candidate.arrival, candidate.rules, Number(length)));
    return true;
  }

  /** May it be stored, and is there anything in it? */
  private consider(forwarded: Forwarded, response: PolicyResponse, now: Millis): Candidate | undefined {
    const { status, code, sent, length } = response;
    const { maxEntryBytes, vary, wallClock, ttl } = this.context;
    if (code !== undefined || !this.mayStore(forwarded) || (length ?? 0) > maxEntryBytes) return undefined;
    const { credentials, wants } = forwarded.lookup;
    if (isEndless(sent.get("content-type")) || (wants.range !== undefined && status !== 200)) return undefined;
    const rules = judgeResponse({ status, headers: sent, credentials, ttl, receivedAt: wallClock.now() });
    const names = rules === undefined ? undefined : varyNames(sent, vary);
    if (rules === undefined || names === undefined || !this.isWorthStoring(rules, response)) return undefined;
    return { rules, arrival: this.arrivalOf(forwarded, response, names, now) };
  }

  private mayStore({ isVoid, lookup }: Forwarded): boolean {
    return !isVoid && !lookup.wants.noStore;
  }

  /** What is neither fresh for a while, nor can be validated, nor may be stale, would never answer anything. */
  private isWorthStoring(rules: ResponseRules, { sent }: PolicyResponse): boolean {
    if (rules.lifetime > 0 || sent.has("etag") || sent.has("last-modified")) return true;
    if (rules.noCache || rules.mustRevalidate) return false;
    const { staleIfError } = this.context.windows;
    return (rules.staleWhileRevalidate ?? 0) > 0 || (rules.staleIfError ?? staleIfError ?? 0) > 0;
  }

  /** The response goes on unstored. */
  private passOn(forwarded: Forwarded, { status, code }: PolicyResponse, now: Millis): undefined {
    const { key, lookup, flight } = forwarded;
    const { wants, stored } = lookup;
    const { store } = this.context;
    if (code?.startsWith(UNREACHABLE) === true) this.land(forwarded, { kind: "failed", code });
    else if (!isAboutResource(status)) {
      this.land(forwarded, { kind: "again", failures: (flight?.failures ?? 0) + 1 });
    } else if (this.mayStore(forwarded) && wants.range === undefined && !wants.forOrigin) {
      // It takes the place of what was asked about, and is of no use to anybody else.
      if (stored !== undefined) store.remove(key, stored);
      store.mark(key, now + UNSHARED_FOR, true);
    }
    this.land(forwarded, { kind: "again", failures: 0 });
    return this.tell(forwarded, {});
  }

  private keep(forwarded: Forwarded, response: PolicyResponse, candidate: Candidate): undefined | Promise<Verdict> {
    const { key, judges, lookup } = forwarded;
    const { arrival, rules } = candidate;
    const { store, wallClock, maxEntryBytes } = this.context;
    if (rules.lifetime === 0) {
      store.mark(key, arrival.receivedAt + UNSHARED_FOR, false);
      this.land(forwarded, { kind: "again", failures: 0 });
    } else store.unmark(key);
    const { status, hasBody } = response;
    const validators = validatorsOf(arrival);
    if (judges && status < 300 && isNotModified(lookup.wants, validators, wallClock.now())) {
      return this.keepUnseen(forwarded, response, candidate);
    }
    this.tell(forwarded, { stored: true, ttl: rules.lifetime });
    if (!hasBody) return this.put(forwarded, candidate, NOTHING);
    const onWhole = (body: Buffer): void => this.put(forwarded, candidate, body);
    const onTooLong = (): void => this.tooLong(forwarded);
    response.pass((ends) => new CollectStage({ ends, limit: maxEntryBytes, store, onWhole, onTooLong }), {
      keepsLength: true,
    });
    return undefined;
  }

  /** The client has it already: it is stored for the others, and the client told so. */
  private async keepUnseen(forwarded: Forwarded, response: PolicyResponse, candidate: Candidate): Promise<Verdict> {
    const { fwd } = forwarded;
    const { headers } = candidate.arrival;
    const body = response.hasBody ? await response.body(this.context.maxEntryBytes) : NOTHING;
    if (body === undefined) this.tooLong(forwarded);
    else this.put(forwarded, candidate, Buffer.from(body));
    this.count(forwarded, "miss");
    const status = { fwd, fwdStatus: response.status, stored: body !== undefined, ttl: candidate.rules.lifetime };
    return notModified([...headers.entries(), ["cache-status", forwardStatus(status)]]);
  }

  private put(forwarded: Forwarded, { arrival, rules }: Candidate, body: Buffer): undefined {
    const stored = makeStored(arrival, rules, body);
    if (!forwarded.isVoid) this.context.store.put(forwarded.key, stored);
    this.share(forwarded, stored);
  }

  private tooLong(forwarded: Forwarded): void {
    this.context.store.mark(forwarded.key, this.context.clock.now() + UNSHARED_FOR, true);
    this.land(forwarded, { kind: "again", failures: 0 });
  }

  /** Those who wait are given it, unless it was thrown away, or would have to be validated. */
  private share(forwarded: Forwarded, stored: Stored | undefined): void {
    const isShared = stored !== undefined && stored.rules.lifetime > 0 && !forwarded.isVoid;
    this.land(forwarded, isShared ? { kind: "stored", stored } : { kind: "again", failures: 0 });
  }

  private land(forwarded: Forwarded, landing: Landing): void {
    if (forwarded.landed) return;
    forwarded.landed = true;
    const isForAll = landing.kind === "stored" || landing.kind === "stale";
    if (isForAll) forwarded.flight?.land(landing);
    else forwarded.flight?.giveUp(landing);
  }

  private answer(
    { lookup }: Forwarded,
    stored: Stored,
    status: ForwardStatus,
    response?: PolicyResponse,
  ): NonNullable<Verdict> {
    const { clock, wallClock } = this.context;
    const { exchange, wants } = lookup;
    const asking = { method: exchange.request.method, wants, now: clock.now(), wallNow: wallClock.now() };
    const answer = storedAnswer(stored, { ...asking, status: forwardStatus(status) });
    // A cookie that comes with a 304 is this client's alone.
    const cookies = response?.sent.getAll("set-cookie") ?? [];
    if (cookies.length === 0) return answer;
    return { ...answer, fields: [...answer.fields, ...cookies.map((cookie) => ["set-cookie", cookie] as const)] };
  }

  private tell(forwarded: Forwarded, status: Omit<ForwardStatus, "fwd">): undefined {
    this.count(forwarded, "miss");
    const { exchange } = forwarded.lookup;
    exchange.responseFields.append("cache-status", forwardStatus({ fwd: forwarded.fwd, ...status }));
  }

  private count(forwarded: Forwarded, result: CacheResult): void {
    if (forwarded.counted) return;
    forwarded.counted = true;
    this.context.count(result);
  }

  private arrivalOf(
    { lookup, requestedAt }: Forwarded,
    { status, sent }: PolicyResponse,
    names: readonly string[],
    receivedAt: Millis = this.context.clock.now(),
  ): Arrival {
    const { exchange, credentials } = lookup;
    return {
      status,
      // The head is the connection's, and is used for the next one.
      headers: readFields(sent.entries()),
      selecting: selectingOf(exchange, names),
      credentials,
      ttl: this.context.ttl,
      requestedAt,
      receivedAt,
      wallReceivedAt: this.context.wallClock.now(),
    };
  }
}

const NOTHING = Buffer.alloc(0);

/** Errors that say that no endpoint could be had. Others are about one request alone, such as an injected fault. */
const UNREACHABLE = "GW03";

/** Those who wait for the end of such a response would wait for ever. */
function isEndless(contentType: string | undefined): boolean {
  return contentType !== undefined && /^\s*(?:text\/event-stream|multipart\/x-mixed-replace)\b/i.test(contentType);
}

/** Is it what others would be told as well? Most errors are about the one request, or about the moment. */
function isAboutResource(status: number): boolean {
  return (status < 400 && status !== 304) || status === 404 || status === 410;
}
