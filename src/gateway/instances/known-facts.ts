import type { EndpointChange, KnownFacts, ServiceInstances } from "./protocol.ts";

/** Remembers what instances that start later must be told. Of each thing only the last word counts. */
export class KnownFactsBook {
  private readonly instances = new Map<string, ServiceInstances>();
  private readonly changes = new Map<string, EndpointChange>();
  issuerUrl: string | undefined;

  setInstances(instances: ServiceInstances): void {
    this.instances.set(instances.service, instances);
  }

  setStarting({ service, starting }: Omit<ServiceInstances, "endpoints">): void {
    const known = this.instances.get(service);
    if (known !== undefined) this.instances.set(service, { ...known, starting });
  }

  change(change: EndpointChange): void {
    const kind = "weight" in change.change ? "weight" : "draining";
    this.changes.set(JSON.stringify([kind, change.service, change.endpoint]), change);
  }

  /** Instances come before changes, as these may be about them. */
  get all(): KnownFacts {
    return { instances: [...this.instances.values()], changes: [...this.changes.values()], issuerUrl: this.issuerUrl };
  }
}
