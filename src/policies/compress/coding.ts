/** The content codings that `compress` knows, as they are named in fields (RFC 9110 section 8.4.1; zstd: RFC 8878). */
export const CODINGS = ["br", "gzip", "deflate", "zstd"] as const;

/** A content coding that changes something, in the spelling that goes out. */
export type Coding = (typeof CODINGS)[number];
