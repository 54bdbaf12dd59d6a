import { z } from "zod";
import { composeSchema, dnsSchema, fileSchema, srvSchema } from "./discovered.ts";
import type { EndpointOrigin } from "./endpoint-url.ts";
import { canonicalOrigin, parseEndpointUrl } from "./endpoint-url.ts";

/** One endpoint of a service, as configured. */
export interface EndpointSpec extends EndpointOrigin {
  /** Relative share of the traffic. 0: no new exchanges. */
  readonly weight: number;
  /** Used only when no endpoint that is not a backup can be. */
  readonly backup: boolean;
  readonly zone?: string | undefined;
}

const urlSchema = z
  .string()
  .superRefine((text, context) => {
    const parsed = parseEndpointUrl(text);
    if (!("problem" in parsed)) return;
    context.addIssue({
      code: "custom",
      message: parsed.problem,
      ...(parsed.hint === undefined ? {} : { params: { hint: parsed.hint } }),
    });
  })
  .transform((text) => parseEndpointUrl(text) as EndpointOrigin)
  .describe("Origin of an endpoint: http://, https://, tcp:// or udp://, host and port, no path.");

const detailedSchema = z
  .strictObject({
    url: urlSchema,
    weight: z.int().min(0).max(65_535).default(1).describe("Share of the traffic relative to the others; 0: none."),
    backup: z.boolean().default(false).describe("Used only when no endpoint that is not a backup can be."),
    zone: z.string().min(1).optional().describe("Where it runs; endpoints of the own zone are preferred."),
  })
  .transform(({ url, ...rest }): EndpointSpec => ({ ...url, ...rest }));

/** A bare URL: weight 1, not a backup. */
export const endpointUrlSchema = urlSchema.transform((url): EndpointSpec => ({ ...url, weight: 1, backup: false }));

/** A URL, or `{ url, weight, backup, zone }`. */
export const endpointSchema = z.union([endpointUrlSchema, detailedSchema], {
  error: "must be a URL, or { url, weight, backup, zone }",
});

/** A list of endpoints: none twice, all of one kind. */
export const endpointListSchema = z
  .array(endpointSchema)
  .min(1, { error: "must have at least one endpoint" })
  .superRefine(checkList);

/** The same as a file has it that another program writes: there may be none at the moment. */
export const discoveredListSchema = z
  .array(endpointSchema, { error: "must be a list of endpoints" })
  .superRefine(checkList);

function checkList(endpoints: readonly EndpointSpec[], context: z.core.$RefinementCtx): void {
  const seen = new Map<string, string>();
  endpoints.forEach((endpoint, place) => {
    const origin = canonicalOrigin(endpoint);
    const twin = seen.get(origin);
    if (twin !== undefined) {
      const message = twin === endpoint.id ? `names ${twin} twice` : `names ${twin} twice, here as ${endpoint.id}`;
      context.addIssue({ code: "custom", message, path: [place], params: { code: "GW0112" } });
    }
    seen.set(origin, endpoint.id);
    const first = endpoints[0]!;
    if (layerOf(endpoint) !== layerOf(first)) {
      const message = `mixes ${endpoint.protocol} with ${first.protocol}: a service speaks http(s), tcp or udp`;
      context.addIssue({ code: "custom", message, path: [place], params: { code: "GW0111" } });
    }
  });
}

/** What a service of this endpoint speaks: http and https may stand side by side, tcp and udp stand alone. */
export function layerOf(endpoint: EndpointSpec): "http" | "tcp" | "udp" {
  return endpoint.protocol === "https" ? "http" : endpoint.protocol;
}

/** `endpoints:` of a service: written out, or discovered. */
export const endpointsSchema = z
  .union(
    [
      endpointListSchema.transform((list) => ({ kind: "list" as const, list: list as readonly EndpointSpec[] })),
      dnsSchema,
      srvSchema,
      composeSchema,
      fileSchema,
    ],
    { error: "must be a list of endpoints, or { dns, port }, { srv }, { compose, service, port } or { file }" },
  )
  .describe("Where the service runs.");

export type EndpointsSpec = z.output<typeof endpointsSchema>;

/** Endpoints that are found while the gateway runs. */
export type DiscoverySpec = Exclude<EndpointsSpec, { readonly kind: "list" }>;
