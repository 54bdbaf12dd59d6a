import type { EndpointPool } from "../http/endpoint/endpoint-pool.ts";
import type { RequestRewrite } from "../http/exchange/request-head.ts";
import type { RouteMatch } from "../routing/match-result.ts";
import type { Millis } from "../shared/clock.ts";
import type { Admission } from "../upstream/admission.ts";
import type { LiveEndpoint } from "../upstream/live-endpoint.ts";
import type { ClaimsSearch } from "./claims-search.ts";
import type { Composition } from "./compose/composition.ts";
import type { MirrorPlan } from "./mirror.ts";
import { PolicyRun } from "./policy-run.ts";
import type { ForwardPlan } from "./route-plan.ts";
import type { StickyHold } from "./sticky.ts";
import type { Ticket } from "./service-queue.ts";

/** What the gateway keeps with an exchange. Used again with it. */
export class Marks {
  plan: ForwardPlan | undefined;
  /** By which the plan was come to. */
  match: RouteMatch | undefined;
  rewrite: RequestRewrite | undefined;
  /** What hashing algorithms hash. */
  key: string | undefined;
  /** Acquired and not yet released. */
  endpoint: LiveEndpoint<EndpointPool> | undefined;
  /** Acquired for a second try beside the present one. */
  second: LiveEndpoint<EndpointPool> | undefined;
  secondAt: Millis = 0;
  secondEpoch: number | undefined;
  /** Takes back that a second try starts. */
  stopHedge: (() => void) | undefined;
  /** Of the service's breaker, when the present try began. */
  epoch: number | undefined;
  /** Where the client's cookie says that it belongs. */
  hold: StickyHold | undefined;
  /** Has a place in the service, to be given to the next one. */
  admission: Admission<object> | undefined;
  /** Waits for one. */
  ticket: Ticket | undefined;
  /** Endpoints that were tried and failed. */
  readonly tried: string[] = [];
  /** The request passing its route's policies, where there are any. */
  run: PolicyRun | undefined;
  /** Looks for the route by the caller's claims, where that has to wait. */
  search: ClaimsSearch | undefined;
  /** Puts the response together, where it is made of several. */
  composition: Composition | undefined;
  /** Where a copy of the request is to go as soon as all of it has come. */
  mirror: MirrorPlan | undefined;
  /** Kept for the next exchange that needs one. */
  private spareRun: PolicyRun | undefined;
  /** The handler counts it among those in progress. */
  counted = false;
  /** Counts the exchanges that have used these marks: what is done later for one must not be done to the next. */
  generation = 0;

  reset(): void {
    this.generation++;
    this.counted = false;
    this.plan = this.match = this.rewrite = this.key = this.endpoint = undefined;
    this.second = this.stopHedge = undefined;
    this.admission = this.ticket = this.hold = undefined;
    this.run = this.search = this.composition = this.mirror = undefined;
    if (this.tried.length > 0) this.tried.length = 0;
  }

  /** A run for this exchange. */
  startRun(): PolicyRun {
    this.spareRun ??= new PolicyRun();
    this.run = this.spareRun;
    return this.run;
  }
}
