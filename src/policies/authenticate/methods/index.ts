import type { z } from "zod";
import type { PolicyDeps } from "../../policy.ts";
import type { AuthMethod } from "../method.ts";
import type { authenticateSchema } from "../schema.ts";
import { apiKey } from "./api-key.ts";
import { basic } from "./basic.ts";
import { external } from "./external.ts";
import { jwt } from "./jwt.ts";
import { oidc } from "./oidc.ts";
import { oauth2 } from "./oauth2.ts";

/** One entry of `authenticate:`. */
type MethodOptions = z.output<typeof authenticateSchema>[number];

/** Puts one entry of `authenticate:` to work; `undefined` for `anonymous`, which is no method of proving anything. */
export function createMethod(options: MethodOptions, deps: PolicyDeps): AuthMethod | undefined {
  if ("jwt" in options) return jwt(options.jwt, deps);
  if ("apiKey" in options) return apiKey(options.apiKey, deps);
  if ("oidc" in options) return oidc(options.oidc, deps);
  if ("basic" in options) return basic(options.basic, deps);
  if ("oauth2" in options) return oauth2(options.oauth2, deps);
  if ("external" in options) return external(options.external, deps);
  if ("anonymous" in options) return undefined;
  throw new TypeError(`authenticate: ${Object.keys(options).join()} is not built`);
}
