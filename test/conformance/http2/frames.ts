/** RFC 9113 section 6. */
export const FRAME = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

export const END_STREAM = 0x1;
export const ACK = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;

/** RFC 9113 section 7. */
export const ERRORS = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
] as const;

export const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** The frames that `bytes` begin with, and how many octets they take. */
export function readFrames(bytes: Buffer): { frames: Frame[]; length: number } {
  const frames: Frame[] = [];
  let at = 0;
  while (bytes.length - at >= 9) {
    const length = bytes.readUIntBE(at, 3);
    if (bytes.length - at - 9 < length) break;
    frames.push({
      type: bytes[at + 3] as number,
      flags: bytes[at + 4] as number,
      stream: bytes.readUInt32BE(at + 5) & 0x7fffffff,
      payload: bytes.subarray(at + 9, at + 9 + length),
    });
    at += 9 + length;
  }
  return { frames, length: at };
}

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** The pseudo-header fields of a request that nothing is wrong with. */
export const GET: HeaderList = [
  [":method", "GET"],
  [":scheme", "http"],
  [":authority", "a.test"],
  [":path", "/x"],
];
export const POST: HeaderList = [[":method", "POST"], ...GET.slice(1)];

/** A header block in HPACK's plainest form: every field a literal that is not indexed, nothing compressed (RFC 7541). */
export function headerBlock(list: HeaderList): Buffer {
  return Buffer.concat(list.flatMap(([name, value]) => [Buffer.from([0x00]), literal(name), literal(value)]));
}

function literal(text: string): Buffer {
  const octets = Buffer.from(text, "latin1");
  return Buffer.concat([integer(octets.length, 7), octets]);
}

/** RFC 7541 section 5.1, the bits before the prefix being 0. */
function integer(value: number, prefix: number): Buffer {
  const most = 2 ** prefix - 1;
  if (value < most) return Buffer.from([value]);
  const octets = [most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) octets.push((rest % 128) + 128);
  return Buffer.from([...octets, rest]);
}

export function headers(stream: number, list: HeaderList, endStream = true): Buffer {
  return frame(FRAME.HEADERS, END_HEADERS | (endStream ? END_STREAM : 0), stream, headerBlock(list));
}

/** A header block spread over a HEADERS frame and as many CONTINUATIONs as it takes. */
export function continuedHeaders(stream: number, list: HeaderList, size: number): Buffer {
  const block = headerBlock(list);
  const parts: Buffer[] = [];
  for (let at = 0; at < block.length; at += size) parts.push(block.subarray(at, at + size));
  const last = parts.length - 1;
  return Buffer.concat(
    parts.map((part, i) =>
      i === 0
        ? frame(FRAME.HEADERS, END_STREAM | (i === last ? END_HEADERS : 0), stream, part)
        : frame(FRAME.CONTINUATION, i === last ? END_HEADERS : 0, stream, part),
    ),
  );
}

export function data(stream: number, text: string | Buffer, endStream = true): Buffer {
  return frame(FRAME.DATA, endStream ? END_STREAM : 0, stream, Buffer.from(text as string));
}

export function reset(stream: number, code = 8): Buffer {
  return frame(FRAME.RST_STREAM, 0, stream, uint32(code));
}

export function windowUpdate(stream: number, increment: number): Buffer {
  return frame(FRAME.WINDOW_UPDATE, 0, stream, uint32(increment));
}

export function settings(...pairs: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(pairs.length * 6);
  pairs.forEach(([id, value], i) => {
    payload.writeUInt16BE(id, i * 6);
    payload.writeUInt32BE(value, i * 6 + 2);
  });
  return frame(FRAME.SETTINGS, 0, 0, payload);
}

export function uint32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
}

/** The codes of digits in HPACK's Huffman code (RFC 7541 appendix B). */
const DIGITS = ["00000", "00001", "00010", "011001", "011010", "011011", "011100", "011101", "011110", "011111"];
/** The statuses of the static table, from index 8 (RFC 7541 appendix A). */
const STATIC_STATUSES = [200, 204, 206, 304, 400, 404, 500];

/** The status that a header block begins with, of a sender that was allowed no dynamic table; 0 if it has none. */
export function statusOf(block: Buffer): number {
  let at = 0;
  // Dynamic table size updates.
  while ((block[at] as number) >> 5 === 1) at++;
  const first = block[at] as number;
  if (first & 0x80) return STATIC_STATUSES[(first & 0x7f) - 8] ?? 0;
  // A literal whose name is one of the static table's :status entries.
  const index = first & 0x40 ? first & 0x3f : first & 0x0f;
  if (index < 8 || index > 14) return 0;
  const length = (block[at + 1] as number) & 0x7f;
  const value = block.subarray(at + 2, at + 2 + length);
  return Number((block[at + 1] as number) & 0x80 ? huffmanDigits(value) : value.toString("latin1"));
}

function huffmanDigits(octets: Buffer): string {
  let bits = [...octets].map((octet) => octet.toString(2).padStart(8, "0")).join("");
  let text = "";
  for (;;) {
    const digit = DIGITS.findIndex((code) => bits.startsWith(code));
    if (digit < 0) return text;
    text += digit;
    bits = bits.slice((DIGITS[digit] as string).length);
  }
}
