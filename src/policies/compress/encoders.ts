import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import type { Coding } from "./coding.ts";

/** A running compression; `flush` calls back when all that was written before has come out. */
export type EncoderStream = Transform & { flush(kind: number, callback: () => void): void };

/** How one coding is made. */
export interface Encoder {
  readonly coding: Coding;
  createStream(): EncoderStream;
  /** A whole body at once. */
  encode(bytes: Uint8Array): Buffer;
  /** What `EncoderStream.flush` is given so that a reader gets everything so far. */
  readonly flushKind: number;
}

/**
 * The levels are those at which responses are made while somebody waits. Measured on Node 20, 16 KiB of JSON / of source
 * text: gzip 6: 77 / 125 µs, to 15 / 30 %; gzip 9 costs twice that for a hundredth. Brotli 4: 93 / 156 µs, to
 * 13 / 31 %; 5 costs a third more for another hundredth, 11 (zlib's default!) a hundred times as much.
 *
 * A stream holds about 230 KiB (gzip) or 590 KiB (Brotli, whose window is 512 KiB) until it ends.
 */
const GZIP_LEVEL = 6;
const DEFLATE = { level: GZIP_LEVEL };
const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
const BROTLI = { [BROTLI_PARAM_QUALITY]: 4, [BROTLI_PARAM_LGWIN]: 19 };
const ZSTD_LEVEL = 3;

/** What Node has from 22.15 and 23.8 on. */
type ZstdOptions = { readonly params: Readonly<Record<number, number>> };
interface MaybeZstd {
  readonly createZstdCompress?: (options: ZstdOptions) => EncoderStream;
  readonly zstdCompressSync?: (bytes: Uint8Array, options: ZstdOptions) => Buffer;
  readonly constants: Readonly<Record<string, number>>;
}

/** The encoder of a coding; `undefined` where this Node has none. */
export function findEncoder(coding: Coding, library: MaybeZstd = zlib): Encoder | undefined {
  switch (coding) {
    case "gzip":
      return {
        coding,
        createStream: () => zlib.createGzip(DEFLATE),
        encode: (bytes) => zlib.gzipSync(bytes, DEFLATE),
        flushKind: zlib.constants.Z_SYNC_FLUSH,
      };
    case "deflate":
      // The zlib format, and not bare DEFLATE (RFC 9110 section 8.4.1.2).
      return {
        coding,
        createStream: () => zlib.createDeflate(DEFLATE),
        encode: (bytes) => zlib.deflateSync(bytes, DEFLATE),
        flushKind: zlib.constants.Z_SYNC_FLUSH,
      };
    case "br":
      return {
        coding,
        createStream: () => zlib.createBrotliCompress({ params: BROTLI }),
        encode: (bytes) =>
          zlib.brotliCompressSync(bytes, { params: { ...BROTLI, [BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
        flushKind: zlib.constants.BROTLI_OPERATION_FLUSH,
      };
    case "zstd":
      return zstdEncoder(library);
  }
}

function zstdEncoder({ createZstdCompress, zstdCompressSync, constants }: MaybeZstd): Encoder | undefined {
  const { ZSTD_c_compressionLevel: level, ZSTD_c_windowLog: window, ZSTD_e_flush: flushKind } = constants;
  if (createZstdCompress === undefined || zstdCompressSync === undefined) return undefined;
  if (level === undefined || window === undefined || flushKind === undefined) return undefined;
  // The window is what a reader has to have memory for: browsers stop at 8 MiB (RFC 9659). A tenth of it does here.
  const options = { params: { [level]: ZSTD_LEVEL, [window]: 19 } };
  return {
    coding: "zstd",
    createStream: () => createZstdCompress(options),
    encode: (bytes) => zstdCompressSync(bytes, options),
    flushKind,
  };
}
