import type { RequestFacts } from "../exchange/request-facts.ts";
import type { RouteMatch } from "../routing/match-result.ts";
import type { ConsideredRoute } from "../routing/router.ts";
import type { ErrorCode } from "../shared/errors/gateway-error.ts";
import { errorEntry } from "../shared/errors/table.ts";
import { systemWallClock } from "../shared/clock.ts";
import type { ExplainedCandidate, PickExplanation } from "../upstream/explain-pick.ts";
import { ExplainedClaims } from "./claims-search.ts";
import { explainPolicies, type PolicyVerdict } from "./explain-policies.ts";
import { type ExplainedSplit, explainWay } from "./explain-split.ts";
import { explainVersion, type ExplainedVersion, whyUnrouted } from "./explain-unrouted.ts";
import { type ExplainedComposition, explainComposition, type ExplainedPart } from "./compose/explain-composition.ts";
import type { GatewayService } from "./gateway-service.ts";
import { hashKey } from "./hash-key.ts";
import type { PolicyRun } from "./policy-run.ts";
import { type Replays, replayOf } from "./replays.ts";
import { reshape, UNUSABLE } from "./reshape.ts";
import { isReserved } from "./reserved-paths.ts";
import { REWRITTEN_BADLY } from "./rewrite.ts";
import type { ComposePlan, ForwardPlan, SplitPlan } from "./route-plan.ts";
import type { Runtime } from "./runtime.ts";
import { type SyntheticRequest, syntheticFacts } from "./synthetic-request.ts";

/** What the gateway would do with a request, and why: the JSON of `route --json`. */
export interface Decision {
  readonly schemaVersion: 1;
  readonly request: {
    readonly method: string;
    readonly scheme: "http" | "https";
    readonly host: string;
    readonly path: string;
    readonly query: string;
    readonly clientIp: string;
  };
  readonly route: string | null;
  readonly service: string | null;
  /** Where there are versions of the API: which the request means, and why. */
  readonly version?: ExplainedVersion;
  /** Of a route with `split`: how the service was picked. */
  readonly split?: ExplainedSplit;
  readonly endpoint: string | null;
  readonly algorithm: string | null;
  readonly outcome: "forward" | "respond" | "reject";
  /** Of the gateway's own answer; null where an endpoint's answer is passed on. */
  readonly status: number | null;
  readonly code?: ErrorCode;
  /** Why it is this outcome, in a sentence. */
  readonly reason: string;
  /** What the endpoint is sent, where that is not what the client sent. */
  readonly rewritten?: { readonly target?: string; readonly host?: string };
  /** Of a composition: what each part would be asked. */
  readonly parts?: readonly ExplainedPart[];
  /** Where copies of requests go, and how many of them in a hundred. */
  readonly mirror?: { readonly service: string; readonly percent: number; readonly reason: string };
  readonly policies: readonly PolicyVerdict[];
  readonly considered: readonly ConsideredRoute[];
  readonly candidates: readonly ExplainedCandidate[];
}

/** Decides on requests one after the other, as if each had been answered before the next came. */
export interface Decider {
  /** @throws GatewayError GW0002 if the URL cannot be read */
  decide(request: SyntheticRequest): Decision;
}

/**
 * Asks a runtime what it would do, with the code that does it: the same router, the same keys, the same algorithms on a
 * copy of their state. Live traffic cannot notice.
 */
export function createDecider(runtime: Runtime): Decider {
  const replays: Replays = new Map();
  return {
    decide(request) {
      const { facts, refusal } = syntheticFacts(request);
      const base = { schemaVersion: 1 as const, request: shownRequest(facts), ...NOTHING };
      if (refusal !== undefined) return { ...base, ...rejected("GW0204", refusal) };
      if (runtime.reserved.length > 0 && isReserved(facts.path)) {
        return {
          ...base,
          ...rejected("GW0510", "the path is the gateway's own: only a browser's login or session gets on"),
        };
      }
      const trace = { considered: [] as ConsideredRoute[] };
      const claims = new ExplainedClaims(runtime, facts);
      claims.settle();
      const found = runtime.router.match(facts, trace, claims);
      const { considered } = trace;
      const asked = { ...base, considered, ...explainVersion(found) };
      if (found.kind !== "route") return { ...asked, ...rejected(...whyUnrouted(found)) };
      const plan = runtime.plans[found.route];
      if (plan === undefined) throw new TypeError(`no plan for route ${found.route}`);
      const { policies, run, answer } = explainPolicies(plan, facts, found, request.body);
      const routed = { ...asked, policies, route: plan.name };
      if (answer !== undefined)
        return { ...routed, service: plan.kind === "forward" ? plan.service.name : null, ...answer };
      if (plan.kind === "respond") {
        const { status } = plan.response;
        return { ...routed, outcome: "respond", status, reason: "the route answers by itself" };
      }
      if (plan.kind === "redirect") {
        return { ...routed, outcome: "respond", status: plan.status, reason: `the route redirects to ${plan.to}` };
      }
      if (plan.kind === "compose") {
        return { ...routed, ...composition(plan, facts, found, run, replays) };
      }
      const { way, split } = explainWay(plan, facts, run, replays);
      return { ...routed, ...split, ...mirrorOf(plan), ...pickEndpoint(way, facts, found, run, replays) };
    },
  };
}

/** What is asked of each part's service, in their order, as if each were answered before the next came. */
function composition(
  { composing }: ComposePlan,
  facts: RequestFacts,
  { captures }: RouteMatch,
  { query, principal }: PolicyRun,
  replays: Replays,
): ExplainedComposition {
  const request = { headers: facts.headers, query, captures, principal };
  return explainComposition(composing, facts, request, (service, key) =>
    replayOf(replays, service, () => service.upstream.explainView()).next(key),
  );
}

function mirrorOf({ mirror }: ForwardPlan | SplitPlan): Pick<Decision, "mirror"> {
  if (mirror === undefined) return {};
  const { share, way } = mirror;
  const percent = Math.round(share * 1e6) / 1e4;
  return {
    mirror: { service: way.service.name, percent, reason: `a copy of ${percent}% goes to ${way.service.name}` },
  };
}

const NOTHING = {
  route: null,
  service: null,
  endpoint: null,
  algorithm: null,
  policies: [],
  considered: [],
  candidates: [],
} as const;

type ForwardPart = Pick<
  Decision,
  "service" | "endpoint" | "algorithm" | "outcome" | "status" | "reason" | "candidates"
> &
  Partial<Decision>;

function pickEndpoint(
  plan: ForwardPlan,
  facts: RequestFacts & { readonly rawPath: string },
  match: RouteMatch,
  run: PolicyRun,
  replays: Replays,
): ForwardPart {
  const { service } = plan;
  const rewritten = reshape(plan, facts, match, run);
  if (rewritten === UNUSABLE) {
    const nobody = { service: service.name, algorithm: null, candidates: [], endpoint: null };
    return { ...nobody, ...rejected("GW0204", REWRITTEN_BADLY) };
  }
  const replay = replayOf(replays, service, () => service.upstream.explainView());
  const replayed = replay.next(hashKey(service.upstream.key, facts, run.principal));
  const picked = heldByCookie(service, facts, replayed);
  const common = { service: service.name, algorithm: picked.algorithm, candidates: picked.candidates };
  if (service.upstream.breaker?.wouldAdmit(service.clock.now()) === false) {
    return { ...common, endpoint: null, ...rejected("GW0312", `the breaker of service ${service.name} is open`) };
  }
  if (picked.endpoint === undefined) {
    return { ...common, endpoint: null, ...rejected("GW0302", `service ${service.name} has no endpoint to use`) };
  }
  const changes = {
    ...(rewritten?.target === undefined ? {} : { target: rewritten.target }),
    ...(rewritten?.host === undefined ? {} : { host: rewritten.host }),
  };
  return {
    ...common,
    endpoint: picked.endpoint,
    outcome: "forward",
    status: null,
    reason: picked.summary,
    ...(Object.keys(changes).length === 0 ? {} : { rewritten: changes }),
  };
}

/** A client that a sticky cookie holds goes where it belongs, if that may be used. */
function heldByCookie(service: GatewayService, facts: RequestFacts, picked: PickExplanation): PickExplanation {
  const hold = service.sticky?.read(facts.headers, systemWallClock.now());
  if (hold === undefined) return picked;
  const cookie = service.config.sticky === false ? "" : service.config.sticky.cookie;
  const usable = picked.candidates.some(({ endpoint, eligible }) => eligible && endpoint === hold.endpoint);
  if (!usable) {
    return {
      ...picked,
      summary: `${picked.summary}; the cookie ${cookie} names ${hold.endpoint}, which may not be used now`,
    };
  }
  const candidates = picked.candidates.map((candidate) =>
    candidate.endpoint === hold.endpoint ? { ...candidate, reason: `the cookie ${cookie} names it` } : candidate,
  );
  return {
    ...picked,
    endpoint: hold.endpoint,
    candidates,
    summary: `the cookie ${cookie} keeps the client with ${hold.endpoint}`,
  };
}

function rejected(code: ErrorCode, reason: string) {
  return { outcome: "reject" as const, status: errorEntry(code).httpStatus ?? 500, code, reason };
}

function shownRequest({ method, scheme, host, path, query, clientIp }: RequestFacts): Decision["request"] {
  return { method, scheme, host, path, query, clientIp };
}
