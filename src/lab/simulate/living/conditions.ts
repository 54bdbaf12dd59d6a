import type { BreakerSpec } from "../../../upstream/breaker.ts";
import type { AdmissionSpec } from "../../../upstream/admission.ts";
import type { OutlierSpec } from "../../../upstream/ejection.ts";
import type { HedgeAfter } from "../../../upstream/hedge-delay.ts";
import type { RetrySpec } from "../../../upstream/schema/retry.ts";

/** What endpoints of a group are like beyond their speed. All times in ms. */
export interface EndpointConditions {
  /** How many requests one works on at once; 1 unless given. */
  readonly concurrency?: number | undefined;
  /** How many more may wait there; what comes on top is answered with an error. Any number unless given. */
  readonly queue?: number | undefined;
  /** Stops, as of a garbage collector: work stands still for so long, on average so far apart. */
  readonly pauses?: Spell | undefined;
  /** Crashes: what it has is lost, and for so long connections are refused; on average so far apart. */
  readonly outages?: Spell | undefined;
  /** After it has come up (or begun) it works at this part of its speed, growing evenly to the whole. */
  readonly warmUp?: { readonly for: number; readonly speed: number } | undefined;
  /** Share of its answers that are errors of its own (5xx). */
  readonly errors?: number | undefined;
}

export interface Spell {
  /** Mean time from the end of one to the next, exponential. */
  readonly every: number;
  readonly for: number;
}

/** What the gateway does with a service, as its config says: the values are those of the config's own schemas. */
export interface GatewayRules {
  /** Longest time to the response head of one try; none unless given. */
  readonly timeout?: number | undefined;
  readonly retry?: RetrySpec | undefined;
  readonly outlier?: OutlierSpec | false | undefined;
  readonly breaker?: BreakerSpec | false | undefined;
  readonly hedge?: { readonly after: HedgeAfter } | false | undefined;
  readonly limits?: AdmissionSpec | false | undefined;
  readonly slowStart?: number | undefined;
  readonly panicThreshold?: number | undefined;
}

/** Users who wait for an answer, think, and ask again. */
export interface ClosedLoop {
  readonly users: number;
  /** As `parseServiceTime` reads it. */
  readonly think: string;
}

/** What is not as simple as a server with a line before it. Plain data. */
export interface Conditions {
  readonly gateway?: GatewayRules | undefined;
  /** Time on the wire there and back, as `parseServiceTime` reads it; none unless given. */
  readonly network?: string | undefined;
  /** How old the numbers of requests in flight are that algorithms see, at most, in ms. */
  readonly staleness?: number | undefined;
  /** In place of arrivals. */
  readonly clients?: ClosedLoop | undefined;
  /** `start`: the response begins when the work does, as that of a WebSocket; `end`, unless given: when it is done. */
  readonly answered?: "start" | "end" | undefined;
}
