import * as zlib from "node:zlib";

/** Why a body could not be decoded. */
export type CodingProblem = "unknown" | "broken" | "too-long";

/** A body without its codings, or why not. */
export type Decoded =
  | { readonly bytes: Uint8Array; readonly problem?: undefined }
  | { readonly problem: CodingProblem };

/** What Accept-Encoding may say of a body that was refused for its coding (RFC 9110 section 15.5.16). */
export const ACCEPTED_CODINGS = "gzip, deflate, br";

const MOST_CODINGS = 3;

interface Coding {
  readonly now: (bytes: Uint8Array, options: zlib.ZlibOptions) => Buffer;
  readonly later: (bytes: Uint8Array, options: zlib.ZlibOptions, done: Done) => void;
}
type Done = (error: Error | null, result: Buffer) => void;

const GZIP: Coding = { now: zlib.gunzipSync, later: zlib.gunzip };
const CODINGS: Readonly<Record<string, Coding>> = {
  gzip: GZIP,
  "x-gzip": GZIP,
  deflate: { now: zlib.inflateSync, later: zlib.inflate },
  br: {
    now: (bytes, options) => zlib.brotliDecompressSync(bytes, options),
    later: (bytes, options, done) => zlib.brotliDecompress(bytes, options, done),
  },
};

/** The codings of a body, the last applied first; `undefined` where one of them is not known, or there are too many. */
export function codingsOf(contentEncoding: string | undefined): readonly string[] | undefined {
  if (contentEncoding === undefined) return [];
  const names = contentEncoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (names.length > MOST_CODINGS || !names.every((name) => Object.hasOwn(CODINGS, name))) return undefined;
  return names.reverse();
}

/** Takes codings off; what comes of it is at most `limit` octets long, and no more memory is ever used. */
export async function decode(bytes: Uint8Array, codings: readonly string[], limit: number): Promise<Decoded> {
  let decoded = bytes;
  for (const name of codings) {
    try {
      decoded = await new Promise<Buffer>((resolve, reject) => {
        CODINGS[name]?.later(decoded, { maxOutputLength: limit }, (error, result) =>
          error === null ? resolve(result) : reject(error),
        );
      });
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }
  return { bytes: decoded };
}

/** The same at once, for who has time. */
export function decodeNow(bytes: Uint8Array, codings: readonly string[], limit: number): Decoded {
  try {
    return {
      bytes: codings.reduce((coded, name) => CODINGS[name]?.now(coded, { maxOutputLength: limit }) ?? coded, bytes),
    };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

function problemOf(error: unknown): CodingProblem {
  return (error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE" ? "too-long" : "broken";
}
