import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { PolicyResponse } from "../../exchange/policy-response.ts";
import { definePolicy, type Explanation, type Policy, type PolicyDeps } from "../policy.ts";
import { type Choose, createChooser } from "./accept-encoding.ts";
import type { Coding } from "./coding.ts";
import { CompressionStage, type StageCounts } from "./compression-stage.ts";
import { forbidsTransform } from "./directives.ts";
import { isEligible, variesByCoding } from "./eligibility.ts";
import { type Encoder, findEncoder } from "./encoders.ts";
import { confirmsWeakened, weakened } from "./entity-tag.ts";
import { createTypeTest } from "./media-types.ts";
import { compressSchema } from "./schema.ts";

/**
 * Codes responses for clients that take it (RFC 9110 section 12.5.3). Those that the endpoint has coded pass as they are.
 *
 * Whoever codes answers for the whole head: Vary on every response that another client would get coded, a weak ETag, no
 * length and no ranges of the original; and the head that HEAD gets is that of GET.
 */
export const compress = definePolicy({
  name: "compress",
  schema: compressSchema,
  docs: "Compresses responses for clients that take it: Brotli, gzip, deflate, zstd.",
  create({ encodings, minBytes, types }, deps): Policy {
    const coders = createCoders(encodings, deps);
    const offered = [...coders.keys()];
    const choose = createChooser(offered);
    const isListed = createTypeTest(types);
    if (offered.length === 0) return { explain: (exchange) => explain(exchange, offered, choose, minBytes) };
    return {
      onResponse(exchange, response) {
        if (!isEligible(response, isListed)) return undefined;
        const { coding, identityRefused } = choose(exchange.request.headers.get("accept-encoding"));
        const least = identityRefused ? 0 : minBytes;
        const length = lengthOf(response);
        if (length !== undefined && length < least) return undefined;
        const coder = coding === undefined ? undefined : coders.get(coding);
        if (coder !== undefined && allowsCoding(exchange)) code(exchange, response, coder, least);
        else if (!variesByCoding(response.headers.get("vary"))) exchange.responseFields.append("vary", VARY);
        return undefined;
      },
      explain: (exchange) => explain(exchange, offered, choose, minBytes),
    };
  },
});

interface Coder {
  readonly encoder: Encoder;
  readonly counts: StageCounts | undefined;
}

function createCoders(encodings: readonly Coding[], { counter }: PolicyDeps): Map<Coding, Coder> {
  const coders = new Map<Coding, Coder>();
  for (const encoding of encodings) {
    const encoder = findEncoder(encoding);
    if (encoder === undefined) continue;
    const counts = counter && {
      input: counter("gatewayctl_compress_input_bytes_total", { encoding }),
      output: counter("gatewayctl_compress_output_bytes_total", { encoding }),
    };
    coders.set(encoding, { encoder, counts });
  }
  return coders;
}

/** Whoever asks for ranges counts the octets of the original, and may put what comes together with what is there. */
function allowsCoding({ request: { headers } }: PolicyExchange): boolean {
  return !headers.has("range") && !forbidsTransform(headers.get("cache-control"));
}

function code(exchange: PolicyExchange, response: PolicyResponse, { encoder, counts }: Coder, least: number): void {
  const changeHead = prepareHead(exchange, response, encoder.coding);
  if (response.hasBody && response.length === undefined && least > 0) {
    const decision = { minBytes: least, coded: changeHead };
    response.pass((ends) => new CompressionStage(encoder, ends, counts, decision), { decidesHead: true });
    return;
  }
  changeHead();
  if (response.hasBody) response.pass((ends) => new CompressionStage(encoder, ends, counts));
}

/** What changes of a head, should its body be coded. All that depends on the response is read now: it may be gone later. */
function prepareHead(exchange: PolicyExchange, response: PolicyResponse, coding: Coding): () => void {
  const { responseFields, request } = exchange;
  const { status, headers, hasBody } = response;
  const tag = headers.get("etag");
  const varies = variesByCoding(headers.get("vary"));
  const strong = tag?.startsWith('"') === true ? tag : undefined;
  const isStored = strong !== undefined && confirmsWeakened(request.headers.get("if-none-match"), strong);
  // To HEAD; where the length is not said beforehand it is open whether there is enough to code.
  const isOpen = !hasBody && lengthOf(response) === undefined;
  return () => {
    if (!varies) responseFields.append("vary", VARY);
    if (strong !== undefined && (status !== 304 || isStored)) responseFields.set("etag", weakened(strong));
    if (status === 304 || isOpen) return;
    responseFields.set("content-encoding", coding);
    responseFields.remove("accept-ranges");
    if (!hasBody) responseFields.remove("content-length");
  };
}

const VARY = "Accept-Encoding";

/** Octets of the body, or of what GET would get. */
function lengthOf({ hasBody, length, headers }: PolicyResponse): number | undefined {
  if (hasBody) return length;
  const said = headers.get("content-length");
  return said === undefined ? undefined : Number(said);
}

function explain(
  { request }: PolicyExchange,
  offered: readonly Coding[],
  choose: Choose,
  minBytes: number,
): Explanation {
  const asked = request.headers.get("accept-encoding");
  const { coding } = choose(asked);
  const answer =
    coding !== undefined
      ? `the client takes ${coding}: responses of ${minBytes} B or more go out so, if their type is worth it`
      : asked === undefined
        ? `no Accept-Encoding: ${AS_THEY_ARE}`
        : `the client takes none of ${offered.join(", ")}: ${AS_THEY_ARE}`;
  return { verdict: "pass", reason: offered.length === 0 ? `this Node.js cannot make zstd: ${AS_THEY_ARE}` : answer };
}

const AS_THEY_ARE = "responses go out as they are";
