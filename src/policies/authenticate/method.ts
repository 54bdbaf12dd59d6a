import type { Answer, Fields } from "../../exchange/answer.ts";
import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { Principal } from "../../exchange/principal.ts";
import type { PolicyDeps, Verdict } from "../policy.ts";
import type { CredentialSource } from "./sources.ts";

/** Who it is. Made once for a credential that is kept: nothing of it belongs to one request. */
export interface Proof {
  readonly kind: "proof";
  readonly principal: Principal;
  /** What endpoints are told: x-consumer-*, and what the method adds. */
  readonly fields: Fields;
}

/** A credential is there, and it does not let in. */
export interface Refusal {
  readonly kind: "refusal";
  /**
   * GW0503 it is wrong · GW0505 it is there several times · GW0506 too many wrong ones · GW0508 it cannot be checked now.
   * After GW0505 and GW0506 no other method is asked.
   */
  readonly code: "GW0503" | "GW0505" | "GW0506" | "GW0508";
  /** A phrase for the client and for `route`: "the token has expired". It repeats nothing of the credential. */
  readonly reason: string;
  readonly retryAfterSeconds?: number;
}

/** The method answers itself, if no other one lets in: a redirect to a login page, another server's refusal. */
export interface Reply {
  readonly kind: "reply";
  readonly answer: Answer;
  readonly reason: string;
}

/** What only live traffic shows. */
export interface Unknown {
  readonly kind: "unknown";
  readonly reason: string;
}

/** What a method finds in a request; `undefined`: no credential of its own. */
export type Finding = Proof | Refusal | Reply | undefined;

/** One way of telling who is calling, at work on a route. One file in `methods/` each. */
export interface AuthMethod {
  /** As in the config, and in {@link Principal.method}. */
  readonly name: string;
  /** Where its credentials are: taken out of what goes on, unless `forward`. */
  readonly sources: readonly CredentialSource[];
  readonly forward: boolean;
  /** How a client may authenticate, for WWW-Authenticate (RFC 9110 section 11.6.1), without parameters of errors. */
  readonly challenge: string | undefined;
  /** After a credential was refused, the challenge says why (RFC 6750 section 3). */
  readonly namesErrors?: boolean;
  /** Answers at once wherever it can. Changes nothing of the exchange: the policy does. */
  authenticate(exchange: PolicyExchange): Finding | Promise<Finding>;
  /** What `authenticate` would find, without sending or counting anything. */
  explain(exchange: PolicyExchange): Finding | Unknown;
  /** Whether the method would lead a caller without any credential to one, in a phrase for `route`. */
  invitation?(exchange: PolicyExchange): string | undefined;
  /** Leads there, in place of a 401; asked only where `invitation` said so. */
  invite?(exchange: PolicyExchange): Answer | Promise<Answer>;
  /** As {@link Policy.onReserved}. */
  onReserved?(exchange: PolicyExchange): Verdict | Promise<Verdict>;
  /** The client has gone while a promise of `authenticate` is pending: whatever that comes to, nobody looks at it. */
  abandon?(exchange: PolicyExchange): void;
  close?(): void;
}

/** Puts a method to work with the options it has in the config. */
export type CreateMethod<Options> = (options: Options, deps: PolicyDeps) => AuthMethod;

/** A credential that is there and wrong. */
export function refused(reason: string): Refusal {
  return { kind: "refusal", code: "GW0503", reason };
}

/** A credential that cannot be checked now. */
export function unavailable(reason: string): Refusal {
  return { kind: "refusal", code: "GW0508", reason, retryAfterSeconds: 1 };
}

/** The same kind of credential twice: which one counts could be read in two ways (RFC 6750 section 3.1). */
export const SEVERAL_CREDENTIALS: Refusal = {
  kind: "refusal",
  code: "GW0505",
  reason: "the request carries several credentials of one kind",
};
