import type { RequestFacts } from "../exchange/request-facts.ts";
import type { ExplainedCandidate } from "../upstream/explain-pick.ts";
import { hashKey } from "./hash-key.ts";
import type { PolicyRun } from "./policy-run.ts";
import { type Replays, replayOf } from "./replays.ts";
import type { ForwardPlan, SplitPlan } from "./route-plan.ts";

/** One of a split's services. */
export interface ExplainedShare extends Pick<ExplainedCandidate, "eligible" | "score" | "reason"> {
  readonly service: string;
  readonly weight: number;
}

/** How a split has picked a service. */
export interface ExplainedSplit {
  readonly service: string;
  /** What keeps a client where it is; null where services take turns. */
  readonly by: string | null;
  /** One sentence. */
  readonly reason: string;
  readonly services: readonly ExplainedShare[];
}

/** The way that a request would take; where it is one of a split's, how it was picked. */
export function explainWay(
  plan: ForwardPlan | SplitPlan,
  facts: RequestFacts,
  run: PolicyRun,
  replays: Replays,
): { way: ForwardPlan; split?: { split: ExplainedSplit } } {
  if (plan.kind === "forward") return { way: plan };
  const { splitter, ways, route } = plan;
  const replay = replayOf(replays, splitter, () => splitter.explainView());
  const { endpoint: service = "", summary, candidates } = replay.next(hashKey(splitter.key, facts, run.principal));
  const by = route.action.kind === "split" ? (route.action.by ?? null) : null;
  const weights = route.action.kind === "split" ? route.action.to : {};
  // A service has no load of its own there.
  const services = candidates.map(({ endpoint, eligible, score, reason }) => {
    const scored = score === undefined ? {} : { score };
    return { service: endpoint, weight: weights[endpoint] ?? 0, eligible, ...scored, reason };
  });
  return { way: ways.get(service) as ForwardPlan, split: { split: { service, by, reason: summary, services } } };
}
