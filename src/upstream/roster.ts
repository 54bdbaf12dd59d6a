import type { EndpointId } from "../balancing/algorithm.ts";
import type { Millis } from "../shared/clock.ts";
import { chooseEligible, type Eligibility, isWell } from "./eligibility.ts";
import { choiceOf } from "./live-choice.ts";
import type { LiveEndpoint } from "./live-endpoint.ts";
import { changeMembers, type MembershipChange } from "./membership.ts";
import { OutlierWatch } from "./outlier-watch.ts";
import type { EndpointSpec } from "./schema/endpoints.ts";
import type { Choice } from "./selection.ts";
import type { ServiceUpstreamOptions } from "./service-upstream-options.ts";

/**
 * Who belongs to a service, and who of them may be used now. What a pick reads (`choice`) is made anew whenever that
 * changes: by traffic, by an operator, by another list, or by time alone, which `dueAt` and `settle` are for.
 */
export class Roster<T> {
  /** Puts endpoints aside for what real traffic met; `undefined` where the service does not ask for it. */
  readonly outliers: OutlierWatch<T> | undefined;
  /** All members, eligible or not, in the order of the config. */
  members: readonly LiveEndpoint<T>[];
  byId: Map<EndpointId, LiveEndpoint<T>>;
  eligibility: Eligibility<LiveEndpoint<T>>;
  choice: Choice;
  /** When something falls due that time alone brings about. */
  dueAt: Millis = Number.POSITIVE_INFINITY;
  readonly #options: ServiceUpstreamOptions<T>;

  constructor(options: ServiceUpstreamOptions<T>, now: Millis) {
    const { spec, endpoints, attach } = options;
    this.#options = options;
    this.outliers =
      spec.outlier === false
        ? undefined
        : new OutlierWatch(spec.outlier, (endpoint, ms, because) => this.#ejected(endpoint, ms, because), now);
    this.members = changeMembers<T>([], endpoints, attach, now).members;
    this.byId = new Map(this.members.map((endpoint) => [endpoint.id, endpoint]));
    this.eligibility = chooseEligible(this.members, spec.panicThreshold);
    this.choice = choiceOf(this.members, this.eligibility, options);
    this.rebuild();
  }

  /** Takes another list of members over. The caller brings the algorithm in line, and then asks for `rebuild`. */
  replace(endpoints: readonly EndpointSpec[], now: Millis): Pick<MembershipChange<T>, "joined" | "left"> {
    const { members, joined, left } = changeMembers(this.members, endpoints, this.#options.attach, now);
    this.members = members;
    this.byId = new Map(members.map((endpoint) => [endpoint.id, endpoint]));
    return { joined, left };
  }

  /** An endpoint that comes back starts slowly, if the service says so. */
  warm(endpoint: LiveEndpoint<T>, now: Millis = this.#options.clock.now()): void {
    if (this.#options.spec.slowStart > 0) endpoint.warmSince = now;
  }

  /** Does what time alone brings about. */
  settle(now: Millis): void {
    const { slowStart } = this.#options.spec;
    for (const endpoint of this.members) {
      if (endpoint.warmSince > 0 && now >= endpoint.warmSince + slowStart) endpoint.warmSince = 0;
    }
    this.outliers?.settle(this.members, now);
    this.rebuild();
  }

  /** Decides anew who is eligible: picks read a new array and a new map from now on. */
  rebuild(): void {
    const { spec } = this.#options;
    this.eligibility = chooseEligible(this.members, spec.panicThreshold);
    this.choice = choiceOf(this.members, this.eligibility, this.#options);
    let due = this.outliers?.dueAt ?? Number.POSITIVE_INFINITY;
    for (const { warmSince } of this.members) if (warmSince > 0) due = Math.min(due, warmSince + spec.slowStart);
    this.dueAt = due;
  }

  /** True if a try that has been at `exclude` could go to another endpoint. */
  hasOther(exclude: readonly EndpointId[]): boolean {
    return this.choice.candidates.some(({ id }) => !exclude.includes(id));
  }

  /** What a retry is to pass over: in panic also those that are known to be bad, while one is left that is not. */
  passedOver(exclude: readonly EndpointId[]): readonly EndpointId[] {
    if (this.eligibility.mode !== "panic") return exclude;
    const bad = this.eligibility.eligible.filter((endpoint) => !isWell(endpoint));
    const both = [...exclude, ...bad.map((endpoint) => endpoint.id)];
    return this.hasOther(both) ? both : exclude;
  }

  /** All members, as algorithms want them. */
  weights(): { id: EndpointId; weight: number }[] {
    return this.members.map(({ id, candidate }) => ({ id, weight: candidate.weight }));
  }

  #ejected(endpoint: LiveEndpoint<T>, forMs: Millis, because: string): void {
    if (forMs === 0) this.warm(endpoint);
    this.rebuild();
    this.#options.onEjection?.(endpoint, forMs, because);
  }
}
