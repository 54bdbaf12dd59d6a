const NEVER = new Set(
  "transfer-encoding content-length host connection keep-alive te trailer upgrade expect forwarded authorization cookie set-cookie proxy-authorization proxy-connection content-encoding content-type content-range".split(
    " ",
  ),
);

/** RFC 9110 section 6.5.1: fields for framing, routing, trust and authentication may not come as trailers. */
export function mayBeTrailer(name: string): boolean {
  const lower = name.toLowerCase();
  return !NEVER.has(lower) && !/^x[-_](?:consumer|forwarded)[-_]/.test(lower);
}
