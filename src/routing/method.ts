import type { RequestFacts } from "../exchange/request-facts.ts";

/**
 * The method that a request is matched by: its own, or, for a CORS preflight, the one it asks for. A preflight is OPTIONS
 * with Origin and Access-Control-Request-Method. Source: Fetch standard, "CORS-preflight request".
 */
export function methodForMatching(facts: RequestFacts): string {
  if (facts.method !== "OPTIONS") return facts.method;
  const requested = facts.headers.get("access-control-request-method");
  if (requested === undefined || requested === "" || !facts.headers.has("origin")) return facts.method;
  return requested;
}

/** Whether a browser asks if it may send another request. */
export function isPreflight(facts: RequestFacts): boolean {
  return (
    facts.method === "OPTIONS" && facts.headers.has("origin") && !!facts.headers.get("access-control-request-method")
  );
}

/** The methods that a match admits, given those it names: GET admits HEAD (RFC 9110 section 9.3.2). */
export function admittedMethods(methods: readonly string[]): ReadonlySet<string> {
  const admitted = new Set(methods);
  if (admitted.has("GET")) admitted.add("HEAD");
  return admitted;
}
