import type { EndpointSpec } from "../../upstream/schema/endpoints.ts";

/** What came of a look for a service's endpoints. */
export interface Finding {
  /** `undefined`: it could not be told; what is known stays. */
  readonly endpoints: readonly EndpointSpec[] | undefined;
  /** What is wrong, or doubtful, a sentence each without a full stop. Equal ones are told once. */
  readonly troubles: readonly string[];
}

/** Looks for a service's endpoints until it is closed. */
export interface EndpointWatch {
  /** Resolves after the first look, whatever came of it. */
  readonly ready: Promise<void>;
  close(): void;
}
