import type { HeaderReader } from "../../exchange/header-reader.ts";
import type { RequestFacts } from "../../exchange/request-facts.ts";
import type { FieldTest, MatchSpec } from "../../routing/match-spec.ts";
import { compileRouter } from "../../routing/router.ts";

/** A request, as `gatewayctl route` takes it, and the route that it goes to. */
export interface Witness {
  readonly request: string;
  /** Place in `routes:`. */
  readonly route: number;
}

type Matches = { readonly match: readonly MatchSpec[] } | undefined;

/**
 * A request that `spec` admits, put to the real router: proof that it goes to another route than `own`. `undefined` if
 * no such request can be made up (a regular expression cannot be run backwards) or the router says otherwise.
 */
export function findWitness(routes: readonly Matches[], spec: MatchSpec, own: number): Witness | undefined {
  const facts = requestFor(spec);
  if (facts === undefined) return undefined;
  const router = compileRouter(routes.map((route, i) => ({ name: String(i), match: route?.match ?? [] })));
  const result = router.match(facts);
  if (result.kind !== "route" || result.route === own) return undefined;
  return { request: describe(facts), route: result.route };
}

function requestFor(spec: MatchSpec): RequestFacts | undefined {
  const headers = pairsFor(spec.headers);
  const query = pairsFor(spec.query);
  const cookies = pairsFor(spec.cookies);
  if (headers === undefined || query === undefined || cookies === undefined || spec.claims.length > 0) return undefined;
  if (spec.path?.kind === "regex") return undefined;
  if (cookies.length > 0) headers.push(["cookie", cookies.map(([name, value]) => `${name}=${value}`).join("; ")]);
  const segments = spec.path?.segments.map((one) => ("literal" in one ? one.literal : "1")) ?? [];
  return {
    method: spec.methods[0] ?? "GET",
    host: spec.host === undefined ? "localhost" : spec.host.kind === "exact" ? spec.host.name : `a${spec.host.suffix}`,
    path: `/${segments.join("/")}`,
    query: query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&"),
    headers: createReader(headers),
    clientIp: spec.clientIp[0]?.split("/")[0] ?? "127.0.0.1",
    scheme: "http",
  };
}

/** Fields that pass the tests; `undefined` where a regular expression would have to be satisfied. */
function pairsFor(tests: readonly FieldTest[]): [name: string, value: string][] | undefined {
  if (tests.some(({ test }) => test.kind === "regex")) return undefined;
  return tests.flatMap(({ name, test }): [string, string][] => {
    if (test.kind === "equals") return [[name, test.value]];
    return test.kind === "present" && test.present ? [[name, "1"]] : [];
  });
}

function createReader(fields: readonly [name: string, value: string][]): HeaderReader {
  const getAll = (name: string): string[] => fields.filter(([key]) => key === name).map(([, value]) => value);
  return {
    get: (name) => (getAll(name).length === 0 ? undefined : getAll(name).join(", ")),
    getAll,
    has: (name) => getAll(name).length > 0,
    entries: () => [...fields],
  };
}

function describe(facts: RequestFacts): string {
  const query = facts.query === "" ? "" : `?${facts.query}`;
  const headers = facts.headers.entries().map(([name, value]) => ` -H '${name}: ${value}'`);
  const ip = facts.clientIp === "127.0.0.1" ? "" : ` --ip ${facts.clientIp}`;
  return `${facts.method} http://${facts.host}${facts.path}${query}${headers.join("")}${ip}`;
}
