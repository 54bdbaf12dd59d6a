import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import { malformed, TransformFault } from "./fault.ts";

const gunzipAsync = promisify(gunzip);
const inflateAsync = promisify(inflate);
const inflateRawAsync = promisify(inflateRaw);
const brotliAsync = promisify(brotliDecompress);

/** The codings that can be undone, for Accept-Encoding. */
export const DECODABLE = "gzip, deflate, br";
/** Nobody codes a body more often, but for harm. */
const MOST_CODINGS = 2;

type Decode = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: gunzipAsync,
  "x-gzip": gunzipAsync,
  br: brotliAsync,
  // The name means zlib's format (RFC 9110 section 8.4.1.2); some send the bare one.
  deflate: (bytes, options) => (isZlib(bytes) ? inflateAsync(bytes, options) : inflateRawAsync(bytes, options)),
};

function isZlib(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}

/** The codings of a Content-Encoding in the order in which they were applied; none for `identity`. */
export function codingsOf(field: string | undefined): readonly string[] {
  if (field === undefined) return [];
  const names = field.split(",").map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== "" && name !== "identity");
}

/** @throws TransformFault if one of the codings cannot be undone */
export function checkCodings(codings: readonly string[]): void {
  const unknown = codings.find((coding) => !Object.hasOwn(DECODERS, coding));
  if (unknown !== undefined || codings.length > MOST_CODINGS) {
    throw new TransformFault("unsupported", `is coded as ${codings.join(", ")}; ${DECODABLE} can be decoded`);
  }
}

/**
 * Undoes a body's codings.
 *
 * @param limit of what comes out, in octets: never more than that is made
 * @throws TransformFault
 */
export async function decodeBody(bytes: Uint8Array, codings: readonly string[], limit: number): Promise<Uint8Array> {
  checkCodings(codings);
  let decoded = bytes;
  for (const coding of codings.toReversed()) {
    try {
      decoded = await (DECODERS[coding] as Decode)(decoded, { maxOutputLength: limit });
    } catch (error) {
      if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limit);
      throw malformed(`is not coded as ${coding}, though it says so`);
    }
  }
  return decoded;
}

/** A body that is longer than `maxBytes` says. */
export function tooLarge(limit: number): TransformFault {
  return new TransformFault("too-large", `is longer than ${limit} bytes`);
}
