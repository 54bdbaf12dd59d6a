import type { EndpointSpec } from "../../upstream/schema/endpoints.ts";
import type { Finding } from "./finding.ts";

/** What a look has changed. */
export interface EndpointNews {
  /** All endpoints there are now. */
  readonly endpoints: readonly EndpointSpec[];
  /** Whether they are others than before, or the first. */
  readonly changed: boolean;
  readonly joined: readonly string[];
  readonly left: readonly string[];
  /** What was not wrong at the look before. */
  readonly troubles: readonly string[];
  /** Something was wrong, and nothing is any more. */
  readonly recovered: boolean;
}

/** Tells what is new in one look after the other at a service's endpoints. */
export class EndpointNewsReader {
  private endpoints: readonly EndpointSpec[] = [];
  private troubles: readonly string[] = [];
  private isFirst = true;

  /** `undefined` where the look has changed nothing. */
  read(finding: Finding): EndpointNews | undefined {
    const before = this.endpoints;
    const { isFirst } = this;
    const now = finding.endpoints ?? before;
    const troubles = finding.troubles.filter((each) => !this.troubles.includes(each));
    const recovered = this.troubles.length > 0 && finding.troubles.length === 0;
    const changed = isFirst || JSON.stringify(now) !== JSON.stringify(before);
    this.endpoints = now;
    this.troubles = finding.troubles;
    this.isFirst = false;
    if (!changed && troubles.length === 0 && !recovered) return undefined;
    return {
      endpoints: now,
      changed,
      joined: now.map(({ id }) => id).filter((id) => !before.some((each) => each.id === id)),
      left: before.map(({ id }) => id).filter((id) => !now.some((each) => each.id === id)),
      troubles,
      recovered,
    };
  }
}
