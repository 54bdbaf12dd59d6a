import type { RetrySpec } from "../../../upstream/schema/retry.ts";

/** What a service's `retry` is unless its config says otherwise; a test holds it against the schema. */
export const LIVE_RETRY: RetrySpec = {
  attempts: 2,
  on: ["connect-failure", "reset"],
  budget: 0.2,
  backoff: 25,
  nonIdempotent: false,
};
