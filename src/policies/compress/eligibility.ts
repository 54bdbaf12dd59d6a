import type { HeaderReader } from "../../exchange/header-reader.ts";
import type { PolicyResponse } from "../../exchange/policy-response.ts";
import { forbidsTransform } from "./directives.ts";

/** Who says of a body's octets what they are, or signs that, would be wrong about coded ones. */
const STATEMENTS = ["content-md5", "digest", "content-digest", "repr-digest", "signature-input"] as const;

/**
 * May the body of this response be coded at all, for a client that takes it? Parts (206) are counted in the octets of
 * the whole as it is; what is coded already is not coded twice; and where the endpoint wants its octets to arrive, by
 * `no-transform`, a digest or a signature, they do.
 *
 * Of 304 nothing is known but that it stands for a response that may have been coded.
 */
export function isEligible(
  { status, headers }: PolicyResponse,
  isListed: (type: string | undefined) => boolean,
): boolean {
  if (status < 200 || status === 204 || status === 205 || status === 206) return false;
  const type = headers.get("content-type");
  if (!(status === 304 && type === undefined) && !isListed(type)) return false;
  if (isCoded(headers) || headers.has("content-range")) return false;
  if (forbidsTransform(headers.get("cache-control"))) return false;
  return !STATEMENTS.some((name) => headers.has(name));
}

/** `identity` is no coding, and has no place in the field; some send it all the same (RFC 9110 section 8.4.1). */
function isCoded(headers: HeaderReader): boolean {
  const codings = headers.get("content-encoding");
  return codings !== undefined && !/^(?:[\s,]|identity(?=[\s,]|$))*$/i.test(codings);
}

/** Does the response say already that it depends on Accept-Encoding? */
export function variesByCoding(vary: string | undefined): boolean {
  return vary !== undefined && /(?:^|,)[ \t]*(?:\*|accept-encoding)[ \t]*(?:,|$)/i.test(vary);
}
