import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import { clientNetwork } from "./client-network.ts";

/** Whom a request is counted for: a key that is the same for the same subject, and no other's. */
export type SubjectOf = (exchange: PolicyExchange) => string;

/**
 * Reads from a request whom a rule counts it for. A request without what the rule counts by (no principal, no such
 * header or claim) is counted by the client's address, so that leaving it out frees nobody.
 */
export function createSubject(by: string): SubjectOf {
  if (by === "ip") return ({ request }) => clientNetwork(request.clientIp);
  if (by === "consumer") return (exchange) => consumerOf(exchange) ?? addressOf(exchange);
  if (by === "route") return ({ routeName }) => routeName;
  if (by === "service") return ({ serviceName, routeName }) => (serviceName ? `=${serviceName}` : `route ${routeName}`);
  if (by === "global") return () => "";
  const colon = by.indexOf(":");
  const name = by.slice(colon + 1);
  if (by.slice(0, colon) === "header") return headerSubject(name.toLowerCase());
  return (exchange) => claimOf(exchange, name) ?? addressOf(exchange);
}

function headerSubject(name: string): SubjectOf {
  return (exchange) => {
    const value = exchange.request.headers.get(name);
    return value === undefined || value === "" ? addressOf(exchange) : `=${value}`;
  };
}

/** Values begin with "=": no value that a client makes up is taken for another's address. */
function addressOf({ request }: PolicyExchange): string {
  return `ip ${clientNetwork(request.clientIp)}`;
}

/** A consumer of the config and a token's `sub` may have the same name, and be two. */
function consumerOf({ principal }: PolicyExchange): string | undefined {
  if (principal === undefined) return undefined;
  return principal.consumer === undefined ? `sub=${principal.id}` : `=${principal.consumer}`;
}

function claimOf({ principal }: PolicyExchange, name: string): string | undefined {
  if (principal === undefined || !Object.hasOwn(principal.claims, name)) return undefined;
  const value = principal.claims[name];
  if (value === undefined || value === null) return undefined;
  return `=${typeof value === "string" ? value : JSON.stringify(value)}`;
}
