import type { Answer, ProblemAnswer } from "../../exchange/answer.ts";
import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { Principal } from "../../exchange/principal.ts";
import { createClaimTest, describeClaimTest } from "../../routing/claims.ts";
import { definePolicy, type Explanation, type Verdict } from "../policy.ts";
import { authorizeSchema } from "./schema.ts";

/** One thing that the caller must have. */
interface Demand {
  isMet(principal: Principal): boolean;
  /** Completes "the caller … ". */
  readonly unmet: string;
  readonly answer: ProblemAnswer;
}

/** Lets callers pass who have the roles, scopes, names and claims that the route asks for. */
export const authorize = definePolicy({
  name: "authorize",
  schema: authorizeSchema,
  docs: "What the caller must have.",
  create({ roles, scopes, consumers, claims = [] }) {
    const demands: Demand[] = [];
    if (consumers !== undefined) demands.push(consumerDemand(consumers));
    if (roles !== undefined) demands.push(roleDemand(roles));
    if (scopes !== undefined) demands.push(scopeDemand(scopes));
    for (const claim of claims) {
      const passes = createClaimTest(claim);
      const unmet = `has no token whose claim ${describeClaimTest(claim)}`;
      demands.push(demand((principal) => passes(principal.claims), unmet, "The token lacks a claim that is needed."));
    }
    return {
      onRequest(exchange): Verdict {
        const { principal } = exchange;
        if (principal === undefined) return nobody(exchange);
        for (let i = 0; i < demands.length; i++) {
          const one = demands[i] as Demand;
          if (!one.isMet(principal)) return one.answer;
        }
        return undefined;
      },
      explain(exchange): Explanation {
        const { principal } = exchange;
        if (principal === undefined) {
          return { verdict: "reject", reason: "nobody was authenticated", answer: nobody(exchange) };
        }
        const unmet = demands.find((one) => !one.isMet(principal));
        if (unmet === undefined) return { verdict: "pass", reason: `${nameOf(principal)} has all that is asked for` };
        return { verdict: "reject", reason: `${nameOf(principal)} ${unmet.unmet}`, answer: unmet.answer };
      },
    };
  },
});

/** RFC 9110 section 15.5.2 wants a challenge in every 401; without an `authenticate` there is but the most usual one. */
function nobody({ challenges }: PolicyExchange): Answer {
  const fields = challenges ?? [["www-authenticate", 'Bearer realm="gatewayctl"']];
  return { kind: "problem", code: "GW0502", detail: "Only authenticated callers may pass.", fields };
}

function consumerDemand(consumers: readonly string[]): Demand {
  const isMet = ({ consumer }: Principal): boolean => consumer !== undefined && consumers.includes(consumer);
  return demand(isMet, `is not one of the consumers ${consumers.join(", ")}`, "This consumer may not pass.");
}

function roleDemand(roles: readonly string[]): Demand {
  const isMet = (principal: Principal): boolean => principal.roles.some((role) => roles.includes(role));
  return demand(
    isMet,
    `has none of the roles ${roles.join(", ")}`,
    "The caller has none of the roles that are needed.",
  );
}

/** Source: RFC 6750 section 3.1, insufficient_scope. */
function scopeDemand(scopes: readonly string[]): Demand {
  const isMet = (principal: Principal): boolean => scopes.every((scope) => principal.scopes.includes(scope));
  // What is no scope-token (RFC 6749 section 3.3) cannot be said in the field.
  const sayable = scopes.filter((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)).join(" ");
  const challenge = `Bearer realm="gatewayctl", error="insufficient_scope", scope="${sayable}"`;
  const detail = "The caller lacks a scope that is needed.";
  return demand(isMet, `lacks one of the scopes ${scopes.join(", ")}`, detail, [["www-authenticate", challenge]]);
}

function demand(
  isMet: Demand["isMet"],
  unmet: string,
  detail: string,
  fields: NonNullable<ProblemAnswer["fields"]> = [],
): Demand {
  return { isMet, unmet, answer: { kind: "problem", code: "GW0504", detail, fields } };
}

function nameOf({ id, consumer }: Principal): string {
  return consumer === undefined ? `subject ${JSON.stringify(id)}` : `consumer ${consumer}`;
}
