import { it } from "vitest";
import { startGateway } from "../../helpers/gateway.ts";
import { startRecordingEndpoint } from "../http1/recording-endpoint.ts";
import { pause } from "../../helpers/eventually.ts";
import { connectHttp2 } from "./raw-client.ts";
import { data, headers, frame, FRAME, continuedHeaders, type HeaderList } from "./frames.ts";

const GET: HeaderList = [
  [":method", "GET"],
  [":scheme", "http"],
  [":authority", "a.test"],
  [":path", "/x"],
];
const POST: HeaderList = [
  [":method", "POST"],
  [":scheme", "http"],
  [":authority", "a.test"],
  [":path", "/x"],
];
const cases: Record<string, Buffer[]> = {
  plain: [headers(1, GET)],
  dupMethod: [headers(1, [...GET, [":method", "GET"]])],
  pseudoAfter: [
    headers(1, [
      [":method", "GET"],
      [":scheme", "http"],
      ["a", "b"],
      [":authority", "a.test"],
      [":path", "/x"],
    ]),
  ],
  noPath: [
    headers(
      1,
      GET.filter(([n]) => n !== ":path"),
    ),
  ],
  noMethod: [
    headers(
      1,
      GET.filter(([n]) => n !== ":method"),
    ),
  ],
  noScheme: [
    headers(
      1,
      GET.filter(([n]) => n !== ":scheme"),
    ),
  ],
  noAuthority: [
    headers(
      1,
      GET.filter(([n]) => n !== ":authority"),
    ),
  ],
  hostOnly: [headers(1, [...GET.filter(([n]) => n !== ":authority"), ["host", "a.test"]])],
  hostBoth: [headers(1, [...GET, ["host", "a.test"]])],
  hostDiffers: [headers(1, [...GET, ["host", "b.test"]])],
  twoHosts: [headers(1, [...GET.filter(([n]) => n !== ":authority"), ["host", "a.test"], ["host", "a.test"]])],
  emptyAuthority: [
    headers(
      1,
      GET.map(([n, v]) => (n === ":authority" ? ([n, ""] as const) : ([n, v] as const))),
    ),
  ],
  userinfo: [
    headers(
      1,
      GET.map(([n, v]) => (n === ":authority" ? ([n, "u@a.test"] as const) : ([n, v] as const))),
    ),
  ],
  emptyPath: [
    headers(
      1,
      GET.map(([n, v]) => (n === ":path" ? ([n, ""] as const) : ([n, v] as const))),
    ),
  ],
  pathSpace: [
    headers(
      1,
      GET.map(([n, v]) => (n === ":path" ? ([n, "/a b"] as const) : ([n, v] as const))),
    ),
  ],
  pathCRLF: [
    headers(
      1,
      GET.map(([n, v]) => (n === ":path" ? ([n, "/a HTTP/1.1\r\nx: y"] as const) : ([n, v] as const))),
    ),
  ],
  pathAbs: [
    headers(
      1,
      GET.map(([n, v]) => (n === ":path" ? ([n, "http://b.test/"] as const) : ([n, v] as const))),
    ),
  ],
  pathStar: [
    headers(
      1,
      GET.map(([n, v]) => (n === ":path" ? ([n, "*"] as const) : ([n, v] as const))),
    ),
  ],
  methodSpace: [
    headers(
      1,
      GET.map(([n, v]) => (n === ":method" ? ([n, "GET /y HTTP/1.1"] as const) : ([n, v] as const))),
    ),
  ],
  methodCRLF: [
    headers(
      1,
      GET.map(([n, v]) => (n === ":method" ? ([n, "GET\r\nx: y"] as const) : ([n, v] as const))),
    ),
  ],
  upper: [headers(1, [...GET, ["X-A", "b"]])],
  nameSpace: [headers(1, [...GET, ["x a", "b"]])],
  nameColon: [headers(1, [...GET, ["x:a", "b"]])],
  nameCRLF: [headers(1, [...GET, ["x\r\na", "b"]])],
  nameEmpty: [headers(1, [...GET, ["", "b"]])],
  valueCRLF: [headers(1, [...GET, ["x", "b\r\ny: z"]])],
  valueLF: [headers(1, [...GET, ["x", "b\ny: z"]])],
  valueNUL: [headers(1, [...GET, ["x", "b\0"]])],
  valueLead: [headers(1, [...GET, ["x", " b"]])],
  valueDEL: [headers(1, [...GET, ["x", "b\x7f"]])],
  valueCtl: [headers(1, [...GET, ["x", "b\x01"]])],
  valueObs: [headers(1, [...GET, ["x", "b\xff"]])],
  te: [headers(1, [...GET, ["te", "gzip"]])],
  teTr: [headers(1, [...GET, ["te", "trailers"]])],
  conn: [headers(1, [...GET, ["connection", "close"]])],
  TE: [headers(1, [...POST, ["transfer-encoding", "chunked"]], false), data(1, "0\r\n\r\nGET /y HTTP/1.1\r\n\r\n")],
  upgrade: [headers(1, [...GET, ["upgrade", "h2c"]])],
  ka: [headers(1, [...GET, ["keep-alive", "1"]])],
  pc: [headers(1, [...GET, ["proxy-connection", "1"]])],
  clShort: [headers(1, [...POST, ["content-length", "5"]], false), data(1, "abc")],
  clLong: [headers(1, [...POST, ["content-length", "2"]], false), data(1, "abcdef")],
  clLong2: [
    headers(1, [...POST, ["content-length", "2"]], false),
    data(1, "ab", false),
    data(1, "GET /y HTTP/1.1\r\n"),
  ],
  clNoBody: [headers(1, [...POST, ["content-length", "5"]], true)],
  clTwice: [headers(1, [...POST, ["content-length", "3"], ["content-length", "3"]], false), data(1, "abc")],
  clPlus: [headers(1, [...POST, ["content-length", "+3"]], false), data(1, "abc")],
  clList: [headers(1, [...POST, ["content-length", "3, 3"]], false), data(1, "abc")],
  clHuge: [headers(1, [...POST, ["content-length", "99999999999999999999"]], false), data(1, "abc")],
  clEmpty: [headers(1, [...POST, ["content-length", ""]], false), data(1, "abc")],
  cl0: [headers(1, [...POST, ["content-length", "0"]], false), data(1, "")],
  connect: [
    headers(1, [
      [":method", "CONNECT"],
      [":authority", "a.test:80"],
    ]),
  ],
  connectP: [
    headers(1, [
      [":method", "CONNECT"],
      [":authority", "a.test:80"],
      [":scheme", "http"],
      [":path", "/"],
      [":protocol", "websocket"],
    ]),
  ],
  protocol: [headers(1, [...GET, [":protocol", "websocket"]])],
  unknownPseudo: [headers(1, [...GET, [":x", "y"]])],
  status: [headers(1, [...GET, [":status", "200"]])],
  scheme: [
    headers(
      1,
      GET.map(([n, v]) => (n === ":scheme" ? ([n, "ftp"] as const) : ([n, v] as const))),
    ),
  ],
  trailerPseudo: [headers(1, POST, false), data(1, "abc", false), headers(1, [[":path", "/y"]])],
  trailerTE: [headers(1, POST, false), data(1, "abc", false), headers(1, [["transfer-encoding", "chunked"]])],
  trailerCL: [headers(1, POST, false), data(1, "abc", false), headers(1, [["content-length", "3"]])],
  trailerHost: [headers(1, POST, false), data(1, "abc", false), headers(1, [["host", "b"]])],
  trailerNoEnd: [headers(1, POST, false), data(1, "abc", false), headers(1, [["x-t", "b"]], false)],
  trailerOK: [headers(1, POST, false), data(1, "abc", false), headers(1, [["x-t", "b"]])],
  trailerCRLF: [headers(1, POST, false), data(1, "abc", false), headers(1, [["x-t", "b\r\n\r\nGET / HTTP/1.1"]])],
  big: [continuedHeaders(1, [...GET, ["x", "y".repeat(20000)]], 16000)],
  bigger: [continuedHeaders(1, [...GET, ["x", "y".repeat(70000)]], 16000)],
  many: [continuedHeaders(1, [...GET, ...Array.from({ length: 250 }, (_, i) => [`x${i}`, "y"] as const)], 16000)],
  toomany: [continuedHeaders(1, [...GET, ...Array.from({ length: 500 }, (_, i) => [`x${i}`, "y"] as const)], 16000)],
  longPath: [
    continuedHeaders(
      1,
      GET.map(([n, v]) => (n === ":path" ? ([n, "/" + "a".repeat(9000)] as const) : ([n, v] as const))),
      16000,
    ),
  ],
  trace: [
    headers(
      1,
      GET.map(([n, v]) => (n === ":method" ? ([n, "TRACE"] as const) : ([n, v] as const))),
    ),
  ],
  evenStream: [headers(2, GET)],
  dataOnIdle: [data(1, "abc")],
  http2settings: [headers(1, [...GET, ["http2-settings", "AAA"]])],
  cookies: [headers(1, [...GET, ["cookie", "a=1"], ["cookie", "b=2"]])],
  pri: [frame(FRAME.HEADERS, 5, 1, Buffer.from([0x80]))],
  push: [frame(FRAME.PUSH_PROMISE, 4, 1, Buffer.from([0, 0, 0, 2]))],
};
it("scratch", async () => {
  for (const [name, octets] of Object.entries(cases)) {
    const endpoint = await startRecordingEndpoint();
    const { port } = await startGateway({
      services: { all: { endpoints: [endpoint.url] } },
      routes: [{ match: "/", service: "all" }],
    });
    const client = await connectHttp2(port);
    client.send(...octets);
    const end = await client.ending(1).catch((e) => `!! ${e.message}`);
    await pause(20);
    console.log(
      name.padEnd(15),
      end.padEnd(30),
      "|",
      JSON.stringify(endpoint.connections.join(""))
        .replace(/x-forwarded.*?x-request-id[^\\]*/g, "…")
        .slice(0, 200),
      client.body(1).match(/"detail":"[^"]*/)?.[0] ?? "",
    );
  }
}, 120000);
