import type { FamilyValues } from "../../telemetry/metrics/exposition.ts";
import { lastingFamilies, mergeFamilies } from "../../telemetry/metrics/exposition.ts";
import type { CountsBefore } from "./merge-services.ts";
import type { InstanceReport } from "./protocol.ts";

/** Beyond it, what several instances left behind is added up. */
const MOST_PARTS = 4;

/**
 * What instances that have ended had counted, as far as it was read of them: without it, counters would step back when
 * an instance dies, and Prometheus would take what the others have counted for new.
 */
export class LeftBehind {
  requests = 0;
  errors = 0;
  private readonly counts = new Map<string, { requests: number; failures: number }>();
  private readonly parts: (readonly FamilyValues[])[] = [];
  private adding = false;

  get families(): readonly (readonly FamilyValues[])[] {
    return this.parts;
  }

  readonly countsOf: CountsBefore = (service, endpoint) =>
    this.counts.get(JSON.stringify([service, endpoint])) ?? { requests: 0, failures: 0 };

  add(report: InstanceReport | undefined, metrics: readonly FamilyValues[] | undefined): void {
    if (report !== undefined) this.addReport(report);
    if (metrics !== undefined) this.parts.push(lastingFamilies(metrics));
    void this.addUp();
  }

  private addReport({ live, services }: InstanceReport): void {
    this.requests += live.requests;
    this.errors += live.errors;
    for (const { service, endpoints } of services) {
      for (const { id, requests, failures } of endpoints) {
        const before = this.countsOf(service, id);
        const sum = { requests: before.requests + requests, failures: before.failures + failures };
        this.counts.set(JSON.stringify([service, id]), sum);
      }
    }
  }

  /** The parts are replaced by their sum in one step, so that whoever reads them meanwhile misses none. */
  private async addUp(): Promise<void> {
    if (this.adding || this.parts.length <= MOST_PARTS) return;
    this.adding = true;
    const some = [...this.parts];
    const sum = await mergeFamilies(some);
    this.parts.splice(0, some.length, sum);
    this.adding = false;
  }
}
