import type { PolicyResponse } from "../../exchange/policy-response.ts";
import type { Millis } from "../../shared/clock.ts";
import type { Verdict } from "../policy.ts";
import { notModified } from "./answers.ts";
import type { CacheContext } from "./cache-context.ts";
import { forwardStatus } from "./cache-status.ts";
import { arrivalOf, type Candidate, considerResponse, mayStore } from "./candidate.ts";
import { CollectStage } from "./collect-stage.ts";
import { isAbout, isNotModified } from "./conditions.ts";
import { fetchWhole } from "./fetch-whole.ts";
import type { Forwarded } from "./lookup.ts";
import { Outcome } from "./outcome.ts";
import { servesOnError } from "./reuse.ts";
import {
  freshen,
  type Freshened,
  isOfLength,
  store as makeStored,
  type Stored,
  storeHead,
  ttlOf,
  validatorsOf,
} from "./stored.ts";
import { varyNames } from "./vary.ts";

/** What says that the service fails (RFC 5861 section 4), whoever says it. */
const FAILURES: ReadonlySet<number> = new Set([500, 502, 503, 504]);
/** How long nobody waits for a response that was of no use to others. */
const UNSHARED_FOR: Millis = 10_000;

/** What becomes of responses to requests that went on. */
export class ResponseIntake {
  private readonly context: CacheContext;
  private readonly outcome: Outcome;

  constructor(context: CacheContext) {
    this.context = context;
    this.outcome = new Outcome(context);
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
    const candidate = considerResponse(this.context, forwarded, response, now);
    return candidate === undefined ? this.passOn(forwarded, response, now) : this.keep(forwarded, response, candidate);
  }

  private answerStale(forwarded: Forwarded, response: PolicyResponse, stored: Stored, now: Millis): Verdict {
    const fwdStatus = response.from === "endpoint" ? response.status : undefined;
    this.outcome.count(forwarded, "stale");
    this.outcome.land(forwarded, { kind: "stale", stored, fwdStatus });
    const ttl = ttlOf(stored, now);
    return this.outcome.answer(forwarded, stored, { fwdStatus, ttl, detail: "stale-if-error" });
  }

  /** RFC 9111 section 4.3.3: what is stored is right, and fresh again. */
  private validated(forwarded: Forwarded, response: PolicyResponse): Promise<Verdict> {
    const { lookup, key, fwd } = forwarded;
    const stored = lookup.stored as Stored;
    const { store, clock, maxEntryBytes } = this.context;
    if (!isAbout(response.sent, stored)) {
      store.remove(key, stored);
      this.outcome.land(forwarded, { kind: "again", failures: 0 });
      return fetchWhole(lookup.exchange, maxEntryBytes, fwd);
    }
    const fresh = this.freshen(forwarded, stored, response);
    const stays = fresh.stays && mayStore(forwarded);
    this.outcome.count(forwarded, "revalidated");
    this.outcome.share(forwarded, fresh.stays ? fresh.stored : undefined);
    const ttl = ttlOf(fresh.stored, clock.now());
    const answer = this.outcome.answer(forwarded, fresh.stored, { fwdStatus: 304, stored: stays, ttl }, response);
    // By the time this is settled, the endpoint's connection has come to the end of the response, and is kept.
    return Promise.resolve(answer);
  }

  /** Puts the stored response with the newer fields in its place, where it may stay. */
  private freshen(forwarded: Forwarded, stored: Stored, response: PolicyResponse): Freshened {
    const { key } = forwarded;
    const { store, vary } = this.context;
    const names = response.sent.has("vary") ? varyNames(response.sent, vary) : stored.selecting.names;
    const fresh = freshen(stored, arrivalOf(this.context, forwarded, response, names ?? [], this.context.clock.now()));
    const stays = fresh.stays && names !== undefined;
    const isKept = stays && mayStore(forwarded);
    // Also where it is selected by other fields than before: what has been updated must not answer as it was.
    if (isKept || !stays) store.remove(key, stored);
    if (isKept) store.put(key, fresh.stored);
    return { ...fresh, stays };
  }

  /** RFC 9111 section 4.3.5: a response to HEAD says whether what is stored for GET is still right. */
  private takeHead(forwarded: Forwarded, response: PolicyResponse, now: Millis): undefined {
    const { lookup, key } = forwarded;
    const { stored } = lookup;
    if (stored !== undefined && response.status === stored.status && mayStore(forwarded)) {
      if (isOfLength(response.sent, stored) && isAbout(response.sent, stored) && stored.headLength === undefined) {
        this.freshen(forwarded, stored, response);
        return this.outcome.tell(forwarded);
      }
      this.context.store.remove(key, stored);
    }
    const isStored = this.keepHead(forwarded, response, now);
    this.outcome.tell(forwarded, isStored ? { stored: true } : {});
  }

  /** A response to HEAD answers the next one, if it says how long the body would be. */
  private keepHead(forwarded: Forwarded, response: PolicyResponse, now: Millis): boolean {
    const length = response.sent.get("content-length");
    if (length === undefined || !/^\d+$/.test(length)) return false;
    const candidate = considerResponse(this.context, forwarded, response, now);
    if (candidate === undefined) return false;
    this.context.store.put(forwarded.key, storeHead(candidate.arrival, candidate.rules, Number(length)));
    return true;
  }

  /** The response goes on unstored. */
  private passOn(forwarded: Forwarded, { status, code }: PolicyResponse, now: Millis): undefined {
    const { key, lookup, flight } = forwarded;
    const { wants, stored } = lookup;
    const { store } = this.context;
    if (code?.startsWith(UNREACHABLE) === true) this.outcome.land(forwarded, { kind: "failed", code });
    else if (!isAboutResource(status)) {
      this.outcome.land(forwarded, { kind: "again", failures: (flight?.failures ?? 0) + 1 });
    } else if (mayStore(forwarded) && wants.range === undefined && !wants.forOrigin) {
      // It takes the place of what was asked about, and is of no use to anybody else.
      if (stored !== undefined) store.remove(key, stored);
      store.mark(key, now + UNSHARED_FOR, true);
    }
    this.outcome.land(forwarded, { kind: "again", failures: 0 });
    return this.outcome.tell(forwarded);
  }

  private keep(forwarded: Forwarded, response: PolicyResponse, candidate: Candidate): undefined | Promise<Verdict> {
    const { key, judges, lookup } = forwarded;
    const { arrival, rules } = candidate;
    const { store, wallClock, maxEntryBytes } = this.context;
    if (rules.lifetime === 0) {
      store.mark(key, arrival.receivedAt + UNSHARED_FOR, false);
      this.outcome.land(forwarded, { kind: "again", failures: 0 });
    } else store.unmark(key);
    const { status, hasBody } = response;
    const validators = validatorsOf(arrival);
    if (judges && status < 300 && isNotModified(lookup.wants, validators, wallClock.now())) {
      return this.keepUnseen(forwarded, response, candidate);
    }
    this.outcome.tell(forwarded, { stored: true, ttl: Math.floor(rules.lifetime) });
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
    this.outcome.count(forwarded, "miss");
    const status = {
      fwd,
      fwdStatus: response.status,
      stored: body !== undefined,
      ttl: Math.floor(candidate.rules.lifetime),
    };
    return notModified([...headers.entries(), ["cache-status", forwardStatus(status)]]);
  }

  private put(forwarded: Forwarded, { arrival, rules }: Candidate, body: Buffer): undefined {
    const stored = makeStored(arrival, rules, body);
    if (!forwarded.isVoid) this.context.store.put(forwarded.key, stored);
    this.outcome.share(forwarded, stored);
  }

  private tooLong(forwarded: Forwarded): void {
    this.context.store.mark(forwarded.key, this.context.clock.now() + UNSHARED_FOR, true);
    this.outcome.land(forwarded, { kind: "again", failures: 0 });
  }
}

const NOTHING = Buffer.alloc(0);

/** Errors that say that no endpoint could be had. Others are about one request alone, such as an injected fault. */
const UNREACHABLE = "GW03";

/** Is it what others would be told as well? Most errors are about the one request, or about the moment. */
function isAboutResource(status: number): boolean {
  return (status < 400 && status !== 304) || status === 404 || status === 410;
}
