import type { RequestFacts } from "../../exchange/request-facts.ts";
import type { Principal } from "../../exchange/principal.ts";
import type { ErrorCode } from "../../shared/errors/gateway-error.ts";
import type { GatewayService } from "../gateway-service.ts";
import { hashKey } from "../hash-key.ts";
import type { Composing, PartPlan } from "./compose-plan.ts";
import { type Filled, fillTarget, type SourceValue } from "./fill-template.ts";
import { type ComposedRequest, readSource } from "./read-source.ts";

/** A part as it would be asked for, in the JSON of `route --json`. */
export interface ExplainedPart {
  readonly part: string;
  readonly service: string;
  readonly method: string;
  /** With `{PART.…}` where another part's answer will stand; null where it cannot be asked for. */
  readonly path: string | null;
  readonly endpoint: string | null;
  readonly algorithm: string | null;
  readonly optional: boolean;
  /** The parts whose answers it waits for. */
  readonly after: readonly string[];
  readonly reason: string;
}

/** What a composition would do, and the parts it would ask for. */
export interface ExplainedComposition {
  readonly outcome: "respond" | "reject";
  readonly status: number;
  readonly code?: ErrorCode;
  readonly reason: string;
  readonly parts?: readonly ExplainedPart[];
}

/** Where a part would go. */
export type PickPart = (
  service: GatewayService,
  key: string | undefined,
) => { readonly endpoint: string | undefined; readonly algorithm: string; readonly summary: string };

/** What would become of a request that is answered by a composition. Nothing is asked. */
export function explainComposition(
  plan: Composing,
  facts: RequestFacts,
  request: ComposedRequest,
  pick: PickPart,
): ExplainedComposition {
  const { method } = facts;
  if (method === "OPTIONS") return { outcome: "respond", status: 204, reason: "OPTIONS says what may be asked for" };
  if (!plan.methods.includes(method)) {
    const reason = `${method} is not among the methods that are composed here: ${plan.methods.join(", ")}`;
    return { outcome: "reject", status: 405, code: "GW0202", reason };
  }
  const all = plan.parts.map((part) => explainPart(part, plan.parts, facts, request, pick));
  const parts = all.map(({ explained }) => explained);
  const lacking = all.find(({ lacks }) => lacks !== undefined);
  if (lacking !== undefined) {
    const reason = `the part ${lacking.explained.part} cannot be asked for: ${lacking.lacks}`;
    return { outcome: "reject", status: 400, code: "GW0525", reason, parts };
  }
  const lost = parts.find(({ endpoint, optional }) => endpoint === null && !optional);
  if (lost !== undefined) {
    const reason = `the part ${lost.part} would fail: ${lost.reason}`;
    return { outcome: "reject", status: 502, code: "GW0524", reason, parts };
  }
  const names = parts.map(({ part, optional }) => (optional ? `${part} (optional)` : part)).join(", ");
  return { outcome: "respond", status: 200, reason: `composed of ${names}`, parts };
}

function explainPart(
  part: PartPlan,
  all: readonly PartPlan[],
  facts: RequestFacts,
  request: ComposedRequest,
  pick: PickPart,
): { explained: ExplainedPart; lacks: string | undefined } {
  const { name, way, method, optional } = part;
  const { service } = way;
  const after = part.needs.map((place) => (all[place] as PartPlan).name);
  const base = { part: name, service: service.name, method, optional, after };
  const target = targetOf(part, request);
  if ("fault" in target) {
    const explained = { ...base, path: null, endpoint: null, algorithm: null, reason: target.fault };
    return { explained, lacks: optional ? undefined : target.fault };
  }
  const [path = "", query = ""] = target.text.split(/\?(.*)/s, 2);
  const { endpoint, algorithm, summary } = pick(service, keyOf(service, { ...facts, path, query }, request.principal));
  const reason = endpoint === undefined ? `service ${service.name} has no endpoint to use` : summary;
  return { explained: { ...base, path: target.text, endpoint: endpoint ?? null, algorithm, reason }, lacks: undefined };
}

function keyOf(service: GatewayService, facts: RequestFacts, caller: Principal | undefined): string | undefined {
  return hashKey(service.upstream.key, facts, caller);
}

/** As it would be sent; what only another part's answer says stands as the config has it. */
function targetOf(part: PartPlan, request: ComposedRequest): Filled {
  return fillTarget(part.path, (source): SourceValue => {
    if (source.kind === "status") return { later: `{${source.part}.status}` };
    if (source.kind === "body") return { later: `{${[source.part, "body", ...source.steps].join(".")}}` };
    return readSource(source, request, () => undefined);
  });
}
