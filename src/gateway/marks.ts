import type { EndpointPool } from "../http/endpoint/endpoint-pool.ts";
import type { RequestRewrite } from "../http/exchange/request-head.ts";
import type { LiveEndpoint } from "../upstream/live-endpoint.ts";
import type { ClaimsSearch } from "./claims-search.ts";
import { PolicyRun } from "./policy-run.ts";
import type { ForwardPlan } from "./route-plan.ts";

/** What the gateway keeps with an exchange. Used again with it. */
export class Marks {
  plan: ForwardPlan | undefined;
  rewrite: RequestRewrite | undefined;
  /** What hashing algorithms hash. */
  key: string | undefined;
  /** Acquired and not yet released. */
  endpoint: LiveEndpoint<EndpointPool> | undefined;
  /** Endpoints that were tried and failed. */
  readonly tried: string[] = [];
  /** The request passing its route's policies, where there are any. */
  run: PolicyRun | undefined;
  /** Looks for the route by the caller's claims, where that has to wait. */
  search: ClaimsSearch | undefined;
  /** Kept for the next exchange that needs one. */
  private spareRun: PolicyRun | undefined;
  /** The handler counts it among those in progress. */
  counted = false;
  /** Counts the exchanges that have used these marks: what is done later for one must not be done to the next. */
  generation = 0;

  reset(): void {
    this.generation++;
    this.counted = false;
    this.plan = this.rewrite = this.key = this.endpoint = undefined;
    this.run = this.search = undefined;
    if (this.tried.length > 0) this.tried.length = 0;
  }

  /** A run for this exchange. */
  startRun(): PolicyRun {
    this.spareRun ??= new PolicyRun();
    this.run = this.spareRun;
    return this.run;
  }
}
