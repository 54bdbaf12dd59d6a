import type { PolicyResponse } from "../../exchange/policy-response.ts";
import type { Verdict } from "../policy.ts";
import { storedAnswer } from "./answers.ts";
import type { CacheContext, CacheResult } from "./cache-context.ts";
import { type ForwardStatus, forwardStatus } from "./cache-status.ts";
import type { Landing } from "./flight.ts";
import type { Forwarded } from "./lookup.ts";
import type { Stored } from "./stored.ts";

/** Tells what has become of a request that went on: those who wait for it, its client, and the metric. */
export class Outcome {
  private readonly context: CacheContext;

  constructor(context: CacheContext) {
    this.context = context;
  }

  /** Tells those who wait. Only what comes first is told. */
  land(forwarded: Forwarded, landing: Landing): void {
    if (forwarded.landed) return;
    forwarded.landed = true;
    const isForAll = landing.kind === "stored" || landing.kind === "stale";
    if (isForAll) forwarded.flight?.land(landing);
    else forwarded.flight?.giveUp(landing);
  }

  /** Those who wait are given it, unless it was thrown away, or would have to be validated. */
  share(forwarded: Forwarded, stored: Stored | undefined): void {
    const isShared = stored !== undefined && stored.rules.lifetime > 0 && !forwarded.isVoid;
    this.land(forwarded, isShared ? { kind: "stored", stored } : { kind: "again", failures: 0 });
  }

  count(forwarded: Forwarded, result: CacheResult): void {
    if (forwarded.counted) return;
    forwarded.counted = true;
    this.context.count(result);
  }

  /** The response goes on to the client, which is told how it came. */
  tell(forwarded: Forwarded, status: Omit<ForwardStatus, "fwd"> = {}): undefined {
    this.count(forwarded, "miss");
    const { exchange } = forwarded.lookup;
    exchange.responseFields.append("cache-status", forwardStatus({ fwd: forwarded.fwd, ...status }));
  }

  /** What is stored takes the response's place. */
  answer(
    { lookup, fwd }: Forwarded,
    stored: Stored,
    status: Omit<ForwardStatus, "fwd">,
    response?: PolicyResponse,
  ): NonNullable<Verdict> {
    const { clock, wallClock } = this.context;
    const { exchange, wants } = lookup;
    const asking = { method: exchange.request.method, wants, now: clock.now(), wallNow: wallClock.now() };
    const answer = storedAnswer(stored, { ...asking, status: forwardStatus({ fwd, ...status }) });
    // A cookie that comes with a 304 is this client's alone.
    const cookies = response?.sent.getAll("set-cookie") ?? [];
    if (cookies.length === 0) return answer;
    return { ...answer, fields: [...answer.fields, ...cookies.map((cookie) => ["set-cookie", cookie] as const)] };
  }
}
