/** Types below text/ that must not be coded, and the rest: what is made of text, or not packed yet. */
const COMPRESSIBLE = new Set([
  "application/ecmascript",
  "application/graphql",
  "application/javascript",
  "application/json",
  "application/json-seq",
  "application/jsonl",
  "application/n-quads",
  "application/n-triples",
  "application/postscript",
  "application/rtf",
  "application/sql",
  "application/toml",
  "application/trig",
  "application/vnd.ms-fontobject",
  "application/wasm",
  "application/x-javascript",
  "application/x-jsonlines",
  "application/x-ndjson",
  "application/x-sh",
  "application/x-tar",
  "application/x-web-app-manifest",
  "application/x-www-form-urlencoded",
  "application/x-yaml",
  "application/xml",
  "application/xml-dtd",
  "application/yaml",
  "font/collection",
  "font/eot",
  "font/otf",
  "font/sfnt",
  "font/ttf",
  "image/bmp",
  "image/vnd.microsoft.icon",
  "image/x-icon",
  "image/x-ms-bmp",
]);

/** By structured syntax suffix (RFC 6839): image/svg+xml, application/problem+json. */
const SUFFIX = /\+(?:json|xml|json-seq|yaml|text|csv|cbor-seq)$/;

/**
 * Streams of messages that have a framing, or a compression, of their own: event streams, whose readers wait for each
 * event and not for the coder, gRPC, and Connect's streams.
 */
const NEVER = /^(?:text\/event-stream$|application\/grpc|application\/connect\+)/;

/** "text/html; charset=utf-8" → "text/html". */
export function essenceOf(contentType: string): string {
  const end = contentType.indexOf(";");
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

/**
 * A function that says whether bodies of a Content-Type are worth coding; `false` without one.
 * @param types media types, or ranges as Accept has them, in lower case, in place of the built-in table
 */
export function createTypeTest(types: readonly string[] | undefined): (contentType: string | undefined) => boolean {
  const isListed = types === undefined ? isCompressible : createRangeTest(types);
  const known = new Map<string, boolean>();
  return (contentType) => {
    if (contentType === undefined) return false;
    let answer = known.get(contentType);
    if (answer === undefined) {
      const essence = essenceOf(contentType);
      answer = !NEVER.test(essence) && isListed(essence);
      if (known.size >= REMEMBERED) known.clear();
      known.set(contentType, answer);
    }
    return answer;
  };
}

/** Endpoints have few types; one that makes them up must not fill the memory. */
const REMEMBERED = 128;

function isCompressible(essence: string): boolean {
  return essence.startsWith("text/") || COMPRESSIBLE.has(essence) || SUFFIX.test(essence);
}

function createRangeTest(types: readonly string[]): (essence: string) => boolean {
  const exact = new Set(types);
  return (essence) =>
    exact.has(essence) || exact.has("*/*") || exact.has(`${essence.slice(0, essence.indexOf("/"))}/*`);
}
