import { z } from "zod";
import { authenticateSchema } from "../policies/authenticate/schema.ts";
import { authorizeSchema } from "../policies/authorize/schema.ts";
import { cacheSchema } from "../policies/cache/schema.ts";
import { compressSchema } from "../policies/compress/schema.ts";
import { concurrencySchema } from "../policies/concurrency/schema.ts";
import { corsSchema } from "../policies/cors/schema.ts";
import { faultSchema } from "../policies/fault/schema.ts";
import { ipFilterSchema } from "../policies/ip-filter/schema.ts";
import { rateLimitSchema } from "../policies/rate-limit/schema.ts";
import { transformSchema } from "../policies/transform/schema.ts";
import { validateSchema } from "../policies/validate/schema.ts";
import { switchable } from "../shared/schema.ts";

const COMPRESSION =
  "Response compression. A page that repeats what its request says beside a secret, such as a token against CSRF, tells the secret by its compressed length (BREACH): switch it off for such routes.";

function section<S extends z.ZodType>(schema: S, form: string, description: string) {
  return switchable(schema, `must be ${form}, or false`).optional().describe(description);
}

/** `policies:`, globally and of a route: each one's options, or `false` to switch it off. */
export const policiesSchema = z
  .strictObject({
    ipFilter: section(ipFilterSchema, "{ allow, deny }", "Which client addresses may pass."),
    cors: section(corsSchema, "{ origins }", "Which web pages of other origins may read responses."),
    compress: section(compressSchema, "{ encodings, minBytes, types }", COMPRESSION),
    rateLimit: section(
      rateLimitSchema,
      "{ limit, window } or a list of them",
      "How often. With `state: memory` every process counts for itself: with several workers, each of them up to the whole limit.",
    ),
    authenticate: section(authenticateSchema, "a list of methods", "Who is calling: any one method lets in."),
    authorize: section(authorizeSchema, "{ roles, scopes, consumers }", "What the caller must have."),
    concurrency: section(concurrencySchema, "{ limit, queue, timeout }", "How many requests at once."),
    validate: section(validateSchema, "{ openapi } or JSON Schemas", "Refuses requests that break a schema."),
    transform: section(transformSchema, "{ request, response }", "Changes headers, query and bodies."),
    cache: section(cacheSchema, "{ ttl, methods, vary }", "Keeps responses."),
    fault: section(faultSchema, "{ delay, abort, percent, header }", "Planned failure, for tests of the callers."),
  })
  .meta({
    id: "policies",
    description: "A route's policy replaces the global one of that name whole; `false` switches it off.",
  });

export type Policies = z.output<typeof policiesSchema>;
