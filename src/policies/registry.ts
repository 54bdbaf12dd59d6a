import { authenticate } from "./authenticate/policy.ts";
import { authorize } from "./authorize/policy.ts";
import { cache } from "./cache/policy.ts";
import { compress } from "./compress/policy.ts";
import { concurrency } from "./concurrency/policy.ts";
import { cors } from "./cors/policy.ts";
import { fault } from "./fault/policy.ts";
import type { PolicyName } from "./index.ts";
import { ipFilter } from "./ip-filter/policy.ts";
import type { PolicyKind } from "./policy.ts";
import { rateLimit } from "./rate-limit/policy.ts";
import { transform } from "./transform/policy.ts";
import { validate } from "./validate/policy.ts";

/**
 * Every kind of policy that is built, by name. Apart from `index.ts` because the config knows policies by their schemas
 * alone, and never reaches their code.
 */
export const POLICIES: Readonly<Partial<Record<PolicyName, PolicyKind>>> = {
  ipFilter,
  cors,
  compress,
  rateLimit,
  authenticate,
  authorize,
  concurrency,
  validate,
  transform,
  cache,
  fault,
};
