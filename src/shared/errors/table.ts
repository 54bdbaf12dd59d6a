import { adminErrors } from "./admin-errors.ts";
import { commandErrors } from "./command-errors.ts";
import { configErrors } from "./config-errors.ts";
import { endpointErrors } from "./endpoint-errors.ts";
import type { ErrorEntry } from "./entry.ts";
import { featureErrors } from "./feature-errors.ts";
import { policyErrors } from "./policy-errors.ts";
import { requestErrors } from "./request-errors.ts";

/**
 * Every error a user can meet, by code. Append-only: a code is never given another meaning; one that is no longer
 * given stays, marked `retired`. The parts are files by hundred: GW00 commands, GW01 config (from GW0130 on in `feature-errors.ts`), GW02 requests,
 * GW03 and GW04 endpoints and limits, GW05 policies, GW06 admin.
 */
export const ERRORS = {
  ...commandErrors,
  ...configErrors,
  ...featureErrors,
  ...requestErrors,
  ...endpointErrors,
  ...policyErrors,
  ...adminErrors,
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** The entry of a code; widened, so that optional members can be read of any code. */
export function errorEntry(code: ErrorCode): ErrorEntry {
  return ERRORS[code];
}
