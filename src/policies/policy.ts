import type { z } from "zod";
import type { Answer } from "../exchange/answer.ts";
import type { LocalIssuer } from "../exchange/local-issuer.ts";
import type { PolicyExchange } from "../exchange/policy-exchange.ts";
import type { PolicyResponse } from "../exchange/policy-response.ts";
import type { StateConnection } from "../exchange/state-connection.ts";
import type { Clock } from "../shared/clock.ts";
import type { Rng } from "../shared/rng.ts";
import type { PolicyName } from "./index.ts";

/** What a hook decides: nothing, so that the request goes on, or an answer. */
export type Verdict = Answer | undefined;

/** What a policy would do with a request, for `route`. */
export interface Explanation {
  /** "pass": goes on. "unknown": it depends on what only live traffic shows (a count, another server's word). */
  readonly verdict: "pass" | "reject" | "respond" | "unknown";
  /** A phrase: "the token's role customer is one of customer, admin". */
  readonly reason: string;
  /** Of the answer, for "reject" and "respond". */
  readonly answer?: Answer;
}

/** A policy at work on one route. */
export interface Policy {
  /**
   * The request's head is there. Answers at once wherever that is possible: a promise costs every request that waits
   * for it, and while one is pending the client's body is held back.
   */
  onRequest?(exchange: PolicyExchange): Verdict | Promise<Verdict>;
  /**
   * A request for one of the gateway's own paths, below `/.gatewayctl/`, asked before routing and of this policy alone.
   * `undefined`: not what this one knows of; another one is asked then, and the request never becomes a route's.
   */
  onReserved?(exchange: PolicyExchange): Verdict | Promise<Verdict>;
  /**
   * A response is on its way to the client, whoever made it; asked in reverse order, of those policies whose `onRequest`
   * let the request pass (one that answers does not see its own answer). Its head is there, its body follows. An answer
   * takes its place. May be asked again in one exchange: where the first response came to an end before any of it was
   * sent. As with `onRequest`, a promise is for what must be waited for.
   */
  onResponse?(exchange: PolicyExchange, response: PolicyResponse): Verdict | Promise<Verdict>;
  /** Over, however it ended; called exactly once for every request whose `onRequest` was called. */
  onFinish?(exchange: PolicyExchange): void;
  /** What `onRequest` would do. Nothing is counted, changed outside of `exchange`, or sent. */
  explain(exchange: PolicyExchange): Explanation;
  /** Lets go of timers and sockets. */
  close?(): void;
}

/** What a policy may need of the gateway it works in. */
export interface PolicyDeps {
  readonly clock: Clock;
  /** In ms since 1970. */
  readonly wallClock: Clock;
  readonly rng: Rng;
  readonly routeName: string;
  readonly serviceName: string | undefined;
  /** Requests of several versions of the API come to the route. */
  readonly servesVersions?: boolean | undefined;
  /** The route leads to several services: which, `pickedService` says for each request. */
  readonly splits?: boolean | undefined;
  /** Where the policy is written: in the route itself, or in the global `policies:`. */
  readonly declared: "route" | "global";
  readonly consumers: readonly Consumer[];
  /** What file names in the config are relative to; the working directory by default. */
  readonly baseDirectory?: string | undefined;
  /** What `local` means; there only if the config says `local` somewhere. */
  readonly localIssuer?: LocalIssuer | undefined;
  /**
   * What all routes share (a cache of keys, counters), made when first asked for. It outlives a reload of the config.
   * A `close()` of it is called when the gateway stops.
   */
  shared<T>(key: string, make: () => T): T;
  /** What several gateways share; absent where each keeps its own in memory, as with `state: memory`. */
  readonly state?: StateConnection | undefined;
  /**
   * What nobody outside knows, at least 32 bytes: the same in all processes that share listeners, and after a restart.
   * Derive a key for each purpose from it. Absent where nobody keeps one: then each may make its own.
   */
  readonly secret?: Uint8Array | undefined;
  /** A metric that the policy counts up; the same one for the same name and labels. Absent where nobody reads metrics. */
  readonly counter?: PolicyCounters | undefined;
  /** One sentence for the log, on what somebody should look at; never for every request. Absent where there is no log. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** Finds a counter by its metric's name, `gatewayctl_…_total`, and its labels, whose values must be few. */
export type PolicyCounters = (name: string, labels: Readonly<Record<string, string>>) => { value: number };

/** A known caller, as the config has it. */
export interface Consumer {
  readonly name: string;
  readonly roles: readonly string[];
  /** "sha256:" and 64 hex digits. */
  readonly apiKeys: readonly string[];
  readonly basic?: { readonly username: string; readonly password: string } | undefined;
}

/** A kind of policy: its options, and how it is put to work. */
export interface PolicyKind<Schema extends z.ZodType = z.ZodType> {
  readonly name: PolicyName;
  readonly schema: Schema;
  /** One sentence, for the docs. */
  readonly docs: string;
  create(options: z.output<Schema>, deps: PolicyDeps): Policy;
}

/** Gives a policy kind its types. */
export function definePolicy<Schema extends z.ZodType>(kind: PolicyKind<Schema>): PolicyKind<Schema> {
  return kind;
}
