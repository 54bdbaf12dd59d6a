import { covers } from "../../routing/covers.ts";
import { EVERY_PATH, type MatchSpec, type PathPattern } from "../../routing/match-spec.ts";
import { compileRouter, type Router } from "../../routing/router.ts";
import { factsOf, type RequestSample, sampleRequest, type SampleShape } from "../../routing/sample.ts";
import { inVersion, versionsToAsk } from "../../routing/sample-version.ts";
import { satisfies } from "../../routing/satisfies.ts";
import type { VersioningSpec } from "../../routing/versions.ts";
import type { Problem } from "../diagnostic.ts";
import { effectivePolicies } from "../effective-policies.ts";
import type { Methods } from "../local-jwt.ts";
import { nameRoutes } from "../route-names.ts";
import type { RouteDocument } from "../route-schema.ts";
import type { SoundParts } from "../sound-parts.ts";
import { writeWitness } from "./witness.ts";

const SHAPES: readonly SampleShape[] = ["path", "below", "odd"];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** How a route treats callers that say nothing of themselves. */
type Door = "closed" | "open" | "open-on-purpose";

interface Candidate {
  readonly name: string;
  readonly index: number;
  readonly route: RouteDocument;
  readonly door: Door;
  readonly services: readonly string[];
}

interface Hole {
  readonly closed: Candidate;
  readonly witness: RequestSample;
}

/**
 * Ways around `authenticate` (GW0125), and routes that open on purpose what is closed around them (GW0126), each with a
 * request that gets through. A route is such a way if all of its requests are below a closed route's path, or if it leads
 * to the closed route's service by the same path: with another method, without a header that the closed one asks for, or
 * with a slash more. Sound, not complete: the witness was routed, and what no sample shows is not found.
 */
export function checkAuthHoles(parts: SoundParts): Problem[] {
  // Where a part could not be understood, a policy that is missing may be the one with the mistake.
  if (!parts.isWhole) return [];
  const names = nameRoutes(parts.routes);
  const all = parts.routes.flatMap((route, index): Candidate[] =>
    route === undefined ? [] : [candidateOf(parts, route, index, names[index] ?? "")],
  );
  const closed = all.filter(({ door }) => door === "closed");
  const open = all.filter(({ door, services }) => door !== "closed" && services.length > 0);
  if (closed.length === 0 || open.length === 0) return [];
  const { versioning } = parts;
  const routes = all.map(({ name, route: { match, version } }) => ({ name, match, version }));
  const router = compileRouter(routes, versioning);
  const holes = findHoles({ router, versioning }, closed, open);
  const { authenticate } = parts.policies;
  const closesAll = authenticate ? !authenticate.some((method) => "anonymous" in method) : false;
  return open.flatMap((candidate) => {
    const hole = holes.get(candidate.index);
    if (hole !== undefined) return [report(candidate, hole)];
    return closesAll ? reportOpening({ router, versioning }, candidate) : [];
  });
}

function candidateOf(parts: SoundParts, route: RouteDocument, index: number, name: string): Candidate {
  const policy = effectivePolicies(parts.policies, route.policies).find(({ slot }) => slot === "authenticate");
  const methods = policy?.options as Methods | undefined;
  const admitsAll = methods === undefined || methods.some((method) => "anonymous" in method);
  const own = route.policies.authenticate;
  return {
    name,
    index,
    route,
    services: servicesOf(route),
    door: !admitsAll ? "closed" : own === undefined ? "open" : "open-on-purpose",
  };
}

function servicesOf({ service, split, compose }: RouteDocument): string[] {
  const parts = Object.values(compose ?? {}).map((part) => part.service);
  return [...(service === undefined ? [] : [service]), ...Object.keys(split?.to ?? {}), ...parts];
}

interface Routing {
  readonly router: Router;
  readonly versioning: VersioningSpec | undefined;
}

/** By the index of the open route: the first hole that it is. */
function findHoles(routing: Routing, closed: readonly Candidate[], open: readonly Candidate[]): Map<number, Hole> {
  const { router, versioning } = routing;
  const holes = new Map<number, Hole>();
  const byIndex = new Map(open.map((candidate) => [candidate.index, candidate]));
  const routed = (sample: RequestSample): Candidate | undefined => {
    const result = router.match(factsOf(sample));
    return result.kind === "route" ? byIndex.get(result.route) : undefined;
  };
  for (const one of closed) {
    for (const spec of one.route.match) {
      for (const witness of inEveryVersion(waysAround(spec), versioning)) {
        const other = routed(witness);
        const sharesService = other?.services.some((service) => one.services.includes(service)) ?? false;
        if (other !== undefined && sharesService && !holes.has(other.index))
          holes.set(other.index, { closed: one, witness });
      }
    }
  }
  for (const other of open) {
    if (holes.has(other.index)) continue;
    const hole = findBelow(closed, other, versioning, (sample) => routed(sample) === other);
    if (hole !== undefined) holes.set(other.index, hole);
  }
  return holes;
}

/** Another version of the same is a way around, too. */
function* inEveryVersion(
  samples: Iterable<RequestSample>,
  versioning: VersioningSpec | undefined,
): Generator<RequestSample> {
  for (const sample of samples) {
    for (const version of versionsToAsk(undefined, versioning)) yield inVersion(sample, version, versioning);
  }
}

/** Requests for what a match protects that do not satisfy it: all but host and path left out, and a slash more. */
function* waysAround(spec: MatchSpec): Generator<RequestSample> {
  const bare = hostAndPath(spec);
  for (const shape of SHAPES) {
    const sample = sampleRequest(bare, shape);
    if (sample === undefined) continue;
    for (const method of METHODS) yield { ...sample, method };
    const isExact = spec.path?.kind === "exact" && sample.path !== "/";
    if (isExact) yield { ...sample, path: sample.path.endsWith("/") ? sample.path.slice(0, -1) : `${sample.path}/` };
  }
}

/** A hole through an open route whose paths are all below a closed one's prefix, whatever service it leads to. */
function findBelow(
  closed: readonly Candidate[],
  { route }: Candidate,
  versioning: VersioningSpec | undefined,
  reaches: (sample: RequestSample) => boolean,
): Hole | undefined {
  for (const spec of route.match) {
    const one = closed.find((each) =>
      each.route.match.some((wide) => isPrefix(wide.path) && covers(hostAndPath(wide), spec)),
    );
    if (one === undefined || spec.claims.length > 0) continue;
    const witness = SHAPES.flatMap((shape) => sampleRequest(spec, shape) ?? [])
      .flatMap((sample) => (spec.methods.length > 0 ? [sample] : METHODS.map((method) => ({ ...sample, method }))))
      .filter((sample) => satisfies({ ...spec, claims: [] }, factsOf(sample)))
      .flatMap((sample) =>
        versionsToAsk(route.version, versioning).map((asked) => inVersion(sample, asked, versioning)),
      )
      .find(reaches);
    if (witness !== undefined) return { closed: one, witness };
  }
  return undefined;
}

function isPrefix(path: PathPattern = EVERY_PATH): boolean {
  return path.kind === "prefix";
}

function hostAndPath({ host, path }: MatchSpec): MatchSpec {
  const conditions = { methods: [], headers: [], query: [], cookies: [], claims: [], clientIp: [] };
  return { ...(host && { host }), ...(path && { path }), ...conditions };
}

function report({ index, name, door, services }: Candidate, { closed, witness }: Hole): Problem {
  const isMeant = door === "open-on-purpose";
  const to = services.join(", ");
  const message = isMeant
    ? `route \`${name}\` lets everybody in where \`${closed.name}\` wants to know who is calling`
    : `route \`${name}\` leads to ${to} without \`authenticate\`, by a path that \`${closed.name}\` protects`;
  const shown = writeWitness(witness);
  const remedy = "give it `authenticate`, or write `authenticate: false` if it is meant to be open";
  return {
    code: isMeant ? "GW0126" : "GW0125",
    severity: isMeant ? "note" : "warning",
    path: ["routes", index, ...(isMeant ? ["policies", "authenticate"] : [])],
    at: isMeant ? "key" : "value",
    message,
    hint: isMeant ? `see gatewayctl route ${shown}` : `${remedy}; see gatewayctl route ${shown}`,
    witness: shown,
  };
}

function reportOpening({ router, versioning }: Routing, { index, name, route }: Candidate): Problem[] {
  const witness = route.match
    .flatMap((spec) => SHAPES.flatMap((shape) => sampleRequest(spec, shape) ?? []))
    .flatMap((sample) => versionsToAsk(route.version, versioning).map((asked) => inVersion(sample, asked, versioning)))
    .find((sample) => {
      const result = router.match(factsOf(sample));
      return result.kind === "route" && result.route === index;
    });
  if (witness === undefined) return [];
  const shown = writeWitness(witness);
  return [
    {
      code: "GW0126",
      severity: "note",
      path: ["routes", index, "policies", "authenticate"],
      at: "key",
      message: `route \`${name}\` lets everybody in, though the global \`authenticate\` wants to know who is calling`,
      hint: `see gatewayctl route ${shown}`,
      witness: shown,
    },
  ];
}
