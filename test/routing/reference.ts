import type { RequestFacts } from "../../src/exchange/request-facts.ts";
import { EVERY_PATH, type FieldTest, type MatchSpec, type RouteInput } from "../../src/routing/match-spec.ts";

/**
 * Routing said again as plainly as it can be, to compare the compiled router with: filter, sort by the tuple of precedence,
 * take the first. It shares no code with it, and leaves out what the generated routes do not have (claims).
 */
export function referenceMatch(routes: readonly RouteInput[], facts: RequestFacts, version?: string): string {
  const all = routes.flatMap((route, r) =>
    route.version === undefined || route.version === version
      ? route.match.map((spec, m) => ({ spec, r, m, v: route.version === undefined ? 1 : 0 }))
      : [],
  );
  const rest = all.filter(
    ({ spec }) => hostHolds(spec, facts) && pathHolds(spec, facts.path) && fieldsHold(spec, facts),
  );
  const held = rest.filter(({ spec }) => methodHolds(spec, facts));
  held.sort((a, b) => compareTuples([...tuple(a.spec, a.v), a.r, a.m], [...tuple(b.spec, b.v), b.r, b.m]));
  const [best] = held;
  if (best !== undefined) return `route ${best.r}.${best.m} ${JSON.stringify(capturesOf(best.spec, facts.path))}`;
  const allow = new Set(rest.flatMap(({ spec }) => spec.methods));
  if (allow.size === 0) return "not-found";
  if (allow.has("GET")) allow.add("HEAD");
  return `method-not-allowed ${[...allow].sort().join()}`;
}

type Part = number | readonly number[];

function tuple(spec: MatchSpec, version: number): Part[] {
  const { host, path = EVERY_PATH } = spec;
  return [
    host === undefined ? 0 : host.kind === "exact" ? -100_000 : -host.suffix.length,
    path.kind === "exact" ? 0 : path.kind === "prefix" ? 1 : 2,
    path.kind === "regex" ? 0 : -path.segments.length,
    path.kind === "regex" ? [] : path.segments.map((segment) => ("capture" in segment ? 1 : 0)),
    version,
    spec.methods.length > 0 ? 0 : 1,
    -spec.headers.length,
    -spec.query.length,
    -(spec.cookies.length + Math.min(1, spec.clientIp.length)),
  ];
}

function compareTuples(a: readonly Part[], b: readonly Part[]): number {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as Part, b[i] as Part];
    const order = typeof x === "number" && typeof y === "number" ? x - y : compareTuples(x as number[], y as number[]);
    if (order !== 0 && !Number.isNaN(order)) return order;
  }
  return 0;
}

function hostHolds({ host }: MatchSpec, facts: RequestFacts): boolean {
  if (host === undefined) return true;
  if (host.kind === "exact") return host.name === facts.host;
  const labels = facts.host.split(".");
  const wanted = host.suffix.slice(1).split(".");
  const before = labels.slice(0, -wanted.length).join(".");
  return before !== "" && labels.slice(-wanted.length).join(".") === wanted.join(".");
}

function pathHolds({ path = EVERY_PATH }: MatchSpec, text: string): boolean {
  if (path.kind === "regex") return new RegExp(path.source, "u").test(text);
  const pattern = path.segments
    .map((s) => ("capture" in s ? "/[^/]+" : `/${s.literal.replace(/\W/g, "\\$&")}`))
    .join("");
  return new RegExp(`^${pattern}${path.kind === "exact" ? "" : "(/.*)?"}$`).test(text);
}

function methodHolds({ methods }: MatchSpec, facts: RequestFacts): boolean {
  const preflight = facts.method === "OPTIONS" && facts.headers.has("origin");
  const method = (preflight && facts.headers.get("access-control-request-method")) || facts.method;
  return methods.length === 0 || methods.includes(method) || (method === "HEAD" && methods.includes("GET"));
}

function fieldsHold(spec: MatchSpec, facts: RequestFacts): boolean {
  const query = new URLSearchParams(facts.query);
  const cookies = (facts.headers.get("cookie") ?? "").split("; ").map((pair) => pair.split("="));
  return (
    spec.headers.every((field) => fieldHolds(field, facts.headers.get(field.name))) &&
    spec.query.every((field) => fieldHolds(field, query.get(field.name) ?? undefined)) &&
    spec.cookies.every((field) => fieldHolds(field, cookies.find(([name]) => name === field.name)?.[1])) &&
    (spec.clientIp.length === 0 ||
      spec.clientIp.some((network) => facts.clientIp.startsWith(network.split(".")[0] ?? "")))
  );
}

function fieldHolds({ test }: FieldTest, value: string | undefined): boolean {
  if (test.kind === "present") return test.present === (value !== undefined);
  if (value === undefined) return false;
  return test.kind === "equals" ? value === test.value : new RegExp(test.source, "u").test(value);
}

function capturesOf({ path }: MatchSpec, text: string): Record<string, string> {
  const values = text.split("/").slice(1);
  if (path === undefined || path.kind === "regex") return {};
  return Object.fromEntries(path.segments.flatMap((s, i) => ("capture" in s ? [[s.capture, values[i] ?? ""]] : [])));
}
