import type { Candidate } from "../balancing/algorithm.ts";
import { rendezvous } from "../balancing/rendezvous.ts";
import { weightedRoundRobin } from "../balancing/weighted-round-robin.ts";
import { createRng } from "../shared/rng.ts";
import type { ExplainView } from "../upstream/explain-pick.ts";
import { type KeySpec, parseKey } from "../upstream/schema/key.ts";

/** `split` of a route. */
export interface SplitSpec {
  readonly by: string | undefined;
  /** Service → weight. */
  readonly to: Readonly<Record<string, number>>;
}

/** Neither algorithm looks at the time or draws lots. */
const TIMELESS = { now: 0, rng: createRng("split") };

/**
 * Picks one of a split's services, with the algorithms that pick endpoints. Without a key it is their turn by smooth
 * weighted round robin: of every 100 requests, 90:10 gives exactly 90 and 10. By a key it is weighted rendezvous hashing:
 * a client stays where it is, and when 90:10 becomes 80:20, one key in ten moves, and none back.
 *
 * Whether a service has endpoints to use plays no part: the failure of a canary is to be seen, not hidden.
 */
export class Splitter {
  /** What is hashed; `undefined` where it is by turns. */
  readonly key: KeySpec | undefined;
  private readonly algorithm;
  private readonly candidates: readonly Candidate[];
  private readonly byId: ReadonlyMap<string, Candidate>;
  private readonly state: unknown;
  private readonly spec: SplitSpec;

  constructor(spec: SplitSpec) {
    this.spec = spec;
    this.key = spec.by === undefined ? undefined : parseKey(spec.by);
    this.algorithm = this.key === undefined ? weightedRoundRobin : rendezvous;
    const members = Object.entries(spec.to).map(([id, weight]) => ({ id, weight }));
    const signals = { inFlight: 0, latencyMs: 0, peakMs: 0, latencyAt: 0 };
    this.candidates = members.filter(({ weight }) => weight > 0).map((member) => ({ ...member, ...signals }));
    this.byId = new Map(this.candidates.map((candidate) => [candidate.id, candidate]));
    this.state = this.algorithm.init(members, {}, TIMELESS);
  }

  /**
   * The service whose turn it is, or that the key belongs to.
   * @throws TypeError where no service has a weight above 0, which `config` refuses
   */
  pick(key: string | undefined): string {
    const { candidates, byId } = this;
    const picked = this.algorithm.pick(this.state, { candidates, byId, key, exclude: undefined }, TIMELESS);
    if (picked === undefined) throw new TypeError("a split without a weight above 0");
    return picked;
  }

  /** For explanations: what the next pick depends on. */
  explainView(): ExplainView {
    const { algorithm, state, candidates, byId } = this;
    const endpoints = Object.entries(this.spec.to).map(([id, weight]) => ({
      id,
      eligible: weight > 0,
      reason: weight > 0 ? `weight ${weight}` : "weight 0",
    }));
    const choice = { candidates, byId, zones: undefined, warming: undefined, slowStart: 0 };
    return { algorithm, state, rng: TIMELESS.rng, now: TIMELESS.now, choice, endpoints };
  }
}
