import {
  continuedHeaders,
  data,
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
  GET,
  headerBlock,
  type HeaderList,
  headers,
  PADDED,
  POST,
  reset,
  settings,
  uint32,
  windowUpdate,
} from "./frames.ts";

/** What a hostile or broken client sends on stream 1 of a connection, and what must come of it. */
export interface HostileCase {
  readonly name: string;
  readonly send: readonly Buffer[];
  /** How the stream ends, as `RawHttp2Client.ending` tells it. */
  readonly ends: string | RegExp;
  /** Request lines that reach the endpoint as whole requests; none unless said. */
  readonly reaches?: readonly string[];
}

function pseudo(name: string, value: string | undefined): HeaderList {
  return GET.flatMap((field) => (field[0] !== name ? [field] : value === undefined ? [] : [[name, value] as const]));
}

const one = (list: HeaderList): readonly Buffer[] => [headers(1, list)];
const withField = (name: string, value: string): readonly Buffer[] => one([...GET, [name, value]]);
const post = (list: HeaderList, ...frames: readonly Buffer[]): readonly Buffer[] => [
  headers(1, [...POST, ...list], false),
  ...frames,
];
const behindBody = (list: HeaderList, endStream = true): readonly Buffer[] =>
  post([], data(1, "abc", false), headers(1, list, endStream));

const RESET = "reset PROTOCOL_ERROR";
const SMUGGLED = "GET /smuggled HTTP/1.1\r\nhost: a.test\r\n\r\n";
const PASSES = ["GET /x HTTP/1.1"];

export const PSEUDO_CASES: readonly HostileCase[] = [
  { name: "no :method", send: one(pseudo(":method", undefined)), ends: RESET },
  { name: "no :path", send: one(pseudo(":path", undefined)), ends: RESET },
  { name: "no :scheme", send: one(pseudo(":scheme", undefined)), ends: RESET },
  { name: "neither :authority nor Host", send: one(pseudo(":authority", undefined)), ends: RESET },
  { name: "two :method", send: withField(":method", "GET"), ends: RESET },
  { name: "two :path, in front", send: one([[":path", "/y"], ...GET]), ends: RESET },
  { name: "two :authority, in front", send: one([[":authority", "b.test"], ...GET]), ends: RESET },
  { name: "two :scheme, in front", send: one([[":scheme", "https"], ...GET]), ends: RESET },
  { name: "a pseudo-header field behind a field", send: one([["a", "b"], ...GET]), ends: RESET },
  { name: "an unknown pseudo-header field", send: one([...GET, [":x", "y"]]), ends: RESET },
  { name: "one of responses", send: one([[":status", "200"], ...GET]), ends: RESET },
  { name: ":protocol, which was not offered", send: one([...GET, [":protocol", "websocket"]]), ends: RESET },
  { name: "an empty :path", send: one(pseudo(":path", "")), ends: RESET },
  { name: "an empty :method", send: one(pseudo(":method", "")), ends: RESET },
  { name: "an empty :authority", send: one(pseudo(":authority", "")), ends: RESET },
  { name: "a :path that is a URL", send: one(pseudo(":path", "http://b.test/")), ends: RESET },
  { name: "a :path without its slash", send: one(pseudo(":path", "x")), ends: RESET },
  { name: "* for anything but OPTIONS", send: one(pseudo(":path", "*")), ends: RESET },
  { name: "a :path with a space", send: one(pseudo(":path", "/x y")), ends: RESET },
  { name: "a :path with a fragment", send: one(pseudo(":path", "/x#y")), ends: /^(400|reset PROTOCOL_ERROR)$/ },
  { name: "a :path beyond ASCII", send: one(pseudo(":path", "/caf\xe9")), ends: /^(400|reset PROTOCOL_ERROR)$/ },
  {
    name: "a :path that goes on as a request",
    send: one(pseudo(":path", `/x HTTP/1.1\r\nhost: a.test\r\n\r\n${SMUGGLED}`)),
    ends: RESET,
  },
  { name: "a :path with a bare LF", send: one(pseudo(":path", "/x\nx-a: b")), ends: RESET },
  { name: "a :path with a NUL", send: one(pseudo(":path", "/x\0")), ends: RESET },
  { name: "a :method with a target", send: one(pseudo(":method", "GET /y HTTP/1.1\r\nx: y")), ends: RESET },
  { name: "a :method with a space", send: one(pseudo(":method", "GET /y")), ends: RESET },
  { name: "an :authority with a line", send: one(pseudo(":authority", "a.test\r\nx-a: b")), ends: RESET },
  {
    name: "an :authority with a space",
    send: one(pseudo(":authority", "a.test b.test")),
    ends: /^(400|reset PROTOCOL_ERROR)$/,
  },
  { name: "an :authority with user information", send: one(pseudo(":authority", "u@a.test")), ends: "400" },
  {
    name: "an :authority with a path",
    send: one(pseudo(":authority", "a.test/b")),
    ends: /^(400|reset PROTOCOL_ERROR)$/,
  },
  { name: "an :authority with a bad port", send: one(pseudo(":authority", "a.test:x")), ends: "400" },
  { name: "a :scheme with a line", send: one(pseudo(":scheme", "http\r\nx: y")), ends: RESET },
  {
    name: "a :scheme that is a URL",
    send: one(pseudo(":scheme", "http://b.test/?")),
    ends: /^(400|reset PROTOCOL_ERROR)$/,
  },
  { name: "a :scheme that is not HTTP's", send: one(pseudo(":scheme", "ftp")), ends: "400" },
  { name: "a Host that differs from :authority", send: withField("host", "b.test"), ends: "400" },
  { name: "a Host that differs by its port", send: withField("host", "a.test:81"), ends: "400" },
  {
    name: "two Hosts",
    send: one([...pseudo(":authority", undefined), ["host", "a.test"], ["host", "b.test"]]),
    ends: RESET,
  },
  {
    name: "two Hosts beside :authority",
    send: one([...GET, ["host", "a.test"], ["host", "a.test"]]),
    ends: /^(400|reset PROTOCOL_ERROR)$/,
  },
  { name: "a path that climbs", send: one(pseudo(":path", "/a/../../b")), ends: "400" },
  {
    name: "CONNECT",
    send: one([
      [":method", "CONNECT"],
      [":authority", "a.test:80"],
    ]),
    ends: "501",
  },
  { name: "CONNECT with a path", send: one(pseudo(":method", "CONNECT")), ends: RESET },
  {
    name: "CONNECT, a tunnel's octets behind it",
    send: [
      headers(
        1,
        [
          [":method", "CONNECT"],
          [":authority", "a.test:80"],
        ],
        false,
      ),
      data(1, SMUGGLED, false),
    ],
    ends: /^501( reset NO_ERROR)?$/,
  },
  { name: "TRACE", send: one(pseudo(":method", "TRACE")), ends: "501" },
];

export const FIELD_CASES: readonly HostileCase[] = [
  { name: "a name in upper case", send: withField("X-A", "b"), ends: RESET },
  { name: "Connection", send: withField("connection", "close"), ends: RESET },
  { name: "Connection that names another", send: withField("connection", "x-forwarded-for"), ends: RESET },
  { name: "Keep-Alive", send: withField("keep-alive", "timeout=5"), ends: RESET },
  { name: "Proxy-Connection", send: withField("proxy-connection", "keep-alive"), ends: RESET },
  { name: "Upgrade", send: withField("upgrade", "websocket"), ends: RESET },
  { name: "HTTP2-Settings", send: withField("http2-settings", "AAMAAABk"), ends: "400" },
  { name: "TE other than trailers", send: withField("te", "gzip"), ends: RESET },
  { name: "TE with trailers and more", send: withField("te", "trailers, chunked"), ends: RESET },
  // node:http2 leaves out fields that cannot be fields, whole, before anybody sees them: nothing of them goes on.
  { name: "a name with a space", send: withField("x a", "b"), ends: "200", reaches: PASSES },
  { name: "a name with a colon", send: withField("x:a", "b"), ends: "200", reaches: PASSES },
  { name: "an empty name", send: withField("", "b"), ends: "200", reaches: PASSES },
  {
    name: "a name with a line in it",
    send: withField("x: y\r\n\r\nget /smuggled http/1.1\r\n\r\nx", "b"),
    ends: "200",
    reaches: PASSES,
  },
  {
    name: "a name that hides transfer-encoding",
    send: withField("transfer-encoding ", "chunked"),
    ends: "200",
    reaches: PASSES,
  },
  { name: "a value with a line in it", send: withField("x", "b\r\ny: z"), ends: "200", reaches: PASSES },
  { name: "a value with a request in it", send: withField("x", `b\r\n\r\n${SMUGGLED}`), ends: "200", reaches: PASSES },
  { name: "a value with a bare LF", send: withField("x", "b\ncontent-length: 5"), ends: "200", reaches: PASSES },
  { name: "a value with a bare CR", send: withField("x", "b\rc"), ends: "200", reaches: PASSES },
  { name: "a value with a NUL", send: withField("x", "b\0c"), ends: "200", reaches: PASSES },
  { name: "a value with a control", send: withField("x", "b\x7f"), ends: "200", reaches: PASSES },
  { name: "an expectation that nobody knows", send: withField("expect", "the-worst"), ends: "417" },
  {
    name: "a field over the limit",
    send: [continuedHeaders(1, [...GET, ["x", "y".repeat(20_000)]], 16_000)],
    ends: "431",
  },
  { name: "a :path over the limit", send: [headers(1, pseudo(":path", `/${"a".repeat(9_000)}`))], ends: "414" },
  { name: "too many fields", send: [headers(1, [...GET, ...many(250)])], ends: "431" },
  { name: "far too many fields", send: [headers(1, [...GET, ...many(600)])], ends: "reset ENHANCE_YOUR_CALM" },
];

function many(count: number): HeaderList {
  return Array.from({ length: count }, (_, i) => [`x-${i}`, "y"] as const);
}

export const BODY_CASES: readonly HostileCase[] = [
  {
    name: "H2.TE: Transfer-Encoding and a request in the body",
    send: post([["transfer-encoding", "chunked"]], data(1, `0\r\n\r\n${SMUGGLED}`)),
    ends: RESET,
  },
  { name: "H2.TE in the trailers", send: behindBody([["transfer-encoding", "chunked"]]), ends: RESET },
  {
    name: "H2.CL: a length shorter than the body",
    send: post([["content-length", "0"]], data(1, SMUGGLED)),
    ends: RESET,
  },
  {
    name: "H2.CL: shorter than the body in parts",
    send: post([["content-length", "3"]], data(1, "abc", false), data(1, SMUGGLED)),
    ends: RESET,
  },
  { name: "H2.CL: a length longer than the body", send: post([["content-length", "10"]], data(1, "abc")), ends: RESET },
  { name: "a length, and no body at all", send: [headers(1, [...POST, ["content-length", "5"]])], ends: RESET },
  {
    name: "two lengths that agree",
    send: post(
      [
        ["content-length", "3"],
        ["content-length", "3"],
      ],
      data(1, "abc"),
    ),
    ends: RESET,
  },
  {
    name: "two lengths that do not",
    send: post(
      [
        ["content-length", "3"],
        ["content-length", "30"],
      ],
      data(1, "abc"),
    ),
    ends: RESET,
  },
  { name: "a list of lengths", send: post([["content-length", "3, 3"]], data(1, "abc")), ends: RESET },
  { name: "a length with a sign", send: post([["content-length", "+3"]], data(1, "abc")), ends: RESET },
  { name: "a length in hexadecimal", send: post([["content-length", "0x3"]], data(1, "abc")), ends: RESET },
  { name: "an empty length", send: post([["content-length", ""]], data(1, "abc")), ends: RESET },
  {
    name: "a length that no number holds",
    send: post([["content-length", "99999999999999999999"]], data(1, "abc")),
    ends: RESET,
  },
  {
    name: "a length with zeros in front",
    send: post([["content-length", "0003"]], data(1, "abc")),
    ends: "200",
    reaches: ["POST /x HTTP/1.1"],
  },
  {
    name: "chunks in a body without a length: data",
    send: post([], data(1, `0\r\n\r\n${SMUGGLED}`)),
    ends: "200",
    reaches: ["POST /x HTTP/1.1"],
  },
  {
    name: "a body behind END_STREAM",
    send: [headers(1, GET), data(1, SMUGGLED)],
    ends: /STREAM_CLOSED|^200/,
    reaches: PASSES,
  },
  { name: "a pseudo-header field among the trailers", send: behindBody([[":path", "/y"]]), ends: RESET },
  { name: "Content-Length among the trailers", send: behindBody([["content-length", "3"]]), ends: "400" },
  { name: "Host among the trailers", send: behindBody([["host", "b.test"]]), ends: "400" },
  { name: "Authorization among the trailers", send: behindBody([["authorization", "x"]]), ends: "400" },
  { name: "X-Forwarded-For among the trailers", send: behindBody([["x-forwarded-for", "1.1.1.1"]]), ends: "400" },
  { name: "X-Consumer-Id among the trailers", send: behindBody([["x_consumer_id", "root"]]), ends: "400" },
  { name: "trailers that do not end the stream", send: behindBody([["x-t", "1"]], false), ends: RESET },
  {
    name: "a trailer with a request in it",
    send: behindBody([["x-t", `1\r\n\r\n${SMUGGLED}`]]),
    ends: "200",
    reaches: ["POST /x HTTP/1.1"],
  },
  {
    name: "trailers over the limit",
    send: post(
      [],
      data(1, "abc", false),
      continuedHeaders(
        1,
        many(390).map(([name]) => [name, "y".repeat(60)]),
        16_000,
      ),
    ),
    ends: "400",
  },
];

const bare = (type: number, flags: number, stream: number, ...octets: readonly number[]): Buffer =>
  frame(type, flags, stream, Buffer.from(octets));

/** Errors of the connection, not of a stream (RFC 9113 section 5.4.1): it ends, or says GOAWAY. */
export const FRAME_CASES: readonly HostileCase[] = [
  { name: "DATA on a stream that was not opened", send: [data(1, "abc")], ends: "goaway PROTOCOL_ERROR" },
  { name: "DATA on stream 0", send: [data(0, "abc")], ends: /^goaway/ },
  { name: "HEADERS on stream 0", send: [headers(0, GET)], ends: /^goaway/ },
  { name: "a stream with an even number", send: [headers(2, GET)], ends: /^goaway/ },
  {
    name: "a stream with a number from before",
    send: [headers(5, GET), headers(3, GET)],
    ends: /^goaway/,
    reaches: PASSES,
  },
  {
    name: "a frame of another kind amid a header block",
    send: [frame(FRAME.HEADERS, END_STREAM, 1, headerBlock(GET)), data(1, "abc")],
    ends: /^goaway/,
  },
  {
    name: "a CONTINUATION of another stream",
    send: [frame(FRAME.HEADERS, END_STREAM, 1, headerBlock(GET)), frame(FRAME.CONTINUATION, END_HEADERS, 3)],
    ends: /^goaway/,
  },
  {
    name: "a CONTINUATION of nothing",
    send: [frame(FRAME.CONTINUATION, END_HEADERS, 1, headerBlock(GET))],
    ends: /^goaway/,
  },
  {
    name: "a header block that is not HPACK",
    send: [bare(FRAME.HEADERS, END_HEADERS | END_STREAM, 1, 0x80)],
    ends: "goaway COMPRESSION_ERROR",
  },
  {
    name: "an index into a table that is not there",
    send: [bare(FRAME.HEADERS, END_HEADERS | END_STREAM, 1, 0xff, 0x80, 0x01)],
    ends: "goaway COMPRESSION_ERROR",
  },
  {
    name: "a header list of megabytes",
    send: [continuedHeaders(1, [...GET, ["x", "y".repeat(70_000)]], 16_000)],
    ends: /^goaway/,
  },
  { name: "padding longer than its frame", send: [bare(FRAME.DATA, PADDED, 1, 200, 1)], ends: /^goaway/ },
  {
    name: "a frame larger than announced",
    send: [frame(FRAME.HEADERS, 0, 1, Buffer.alloc(20_000))],
    ends: "goaway FRAME_SIZE_ERROR",
  },
  {
    name: "a PUSH_PROMISE",
    send: [headers(1, GET, false), bare(FRAME.PUSH_PROMISE, END_HEADERS, 1, 0, 0, 0, 2)],
    ends: /^goaway/,
  },
  { name: "RST_STREAM of stream 0", send: [reset(0)], ends: /^goaway/ },
  { name: "RST_STREAM of a stream that was not opened", send: [reset(7)], ends: /^goaway/ },
  {
    name: "RST_STREAM of the wrong size",
    send: [headers(1, GET, false), bare(FRAME.RST_STREAM, 0, 1, 0)],
    ends: "goaway FRAME_SIZE_ERROR",
  },
  { name: "SETTINGS of a stream", send: [frame(FRAME.SETTINGS, 0, 1)], ends: /^goaway/ },
  { name: "SETTINGS of the wrong size", send: [bare(FRAME.SETTINGS, 0, 0, 1, 2, 3)], ends: "goaway FRAME_SIZE_ERROR" },
  { name: "a window setting beyond all bounds", send: [settings([4, 0x80000000])], ends: /^goaway/ },
  { name: "a frame size setting below the least", send: [settings([5, 100])], ends: /^goaway/ },
  { name: "PING of a stream", send: [frame(FRAME.PING, 0, 1, Buffer.alloc(8))], ends: /^goaway/ },
  { name: "PING of the wrong size", send: [frame(FRAME.PING, 0, 0, Buffer.alloc(7))], ends: "goaway FRAME_SIZE_ERROR" },
  { name: "GOAWAY of a stream", send: [frame(FRAME.GOAWAY, 0, 1, Buffer.alloc(8))], ends: /^goaway/ },
  { name: "WINDOW_UPDATE by nothing, of the connection", send: [windowUpdate(0, 0)], ends: /^goaway/ },
  { name: "WINDOW_UPDATE beyond all bounds, of the connection", send: [windowUpdate(0, 0x7fffffff)], ends: /^goaway/ },
  {
    name: "WINDOW_UPDATE by nothing, of a stream",
    send: [headers(1, POST, false), windowUpdate(1, 0)],
    ends: /^(reset|goaway)/,
  },
  {
    name: "WINDOW_UPDATE beyond all bounds, of a stream",
    send: [headers(1, POST, false), windowUpdate(1, 0x7fffffff)],
    ends: /^(reset|goaway) FLOW_CONTROL_ERROR$/,
  },
  {
    name: "more DATA than the window lets through",
    send: [headers(1, POST, false), ...Array.from({ length: 500 }, () => data(1, Buffer.alloc(16_384), false))],
    ends: /FLOW_CONTROL_ERROR|goaway/,
  },
  {
    name: "a priority that depends on itself",
    send: [frame(FRAME.PRIORITY, 0, 1, Buffer.concat([uint32(1), Buffer.from([16])]))],
    ends: "goaway PROTOCOL_ERROR",
  },
];
