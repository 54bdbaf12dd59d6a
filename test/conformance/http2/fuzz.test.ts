import { type AddressInfo, createServer, type Socket } from "node:net";
import {
  assert,
  asyncProperty,
  constantFrom,
  array,
  type Arbitrary,
  boolean,
  integer,
  oneof,
  record,
  string,
  tuple,
} from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { startGateway } from "../../helpers/gateway.ts";
import { type ReadMessage, readMessages } from "../http1/read-messages.ts";
import { data, GET, headers, type HeaderList } from "./frames.ts";
import { connectHttp2, type RawHttp2Client } from "./raw-client.ts";

/** The octets that readers have been deceived with, and whole pieces of such deceits. */
const trouble = constantFrom(
  "\r\n",
  "\n",
  "\r",
  "\0",
  " ",
  "\t",
  ":",
  ",",
  ";",
  "#",
  "?",
  "/",
  "*",
  "@",
  "%0d%0a",
  "\x7f",
  "\xff",
  "",
  "chunked",
  "trailers",
  "0\r\n\r\n",
  "GET /smuggled HTTP/1.1\r\nhost: b\r\n\r\n",
  "HTTP/1.1",
  "a.test",
  "b.test:80",
  "3",
  "-1",
  "+3",
  "3, 3",
);
const text = array(oneof({ weight: 3, arbitrary: trouble }, { weight: 1, arbitrary: string({ maxLength: 4 }) }), {
  maxLength: 4,
}).map((parts) => Buffer.from(parts.join(""), "utf8").toString("latin1"));
const name = oneof(
  {
    weight: 3,
    arbitrary: constantFrom(
      ":method",
      ":path",
      ":scheme",
      ":authority",
      ":status",
      ":protocol",
      "host",
      "content-length",
      "transfer-encoding",
      "connection",
      "upgrade",
      "te",
      "trailer",
      "cookie",
      "expect",
      "keep-alive",
      "proxy-connection",
      "http2-settings",
      "x-forwarded-for",
      "x-consumer-id",
      "via",
      "forwarded",
      "x",
      "Host",
      "Content-Length",
      "content_length",
      "__proto__",
      "constructor",
    ),
  },
  { weight: 1, arbitrary: text },
);
const value = oneof(
  { weight: 2, arbitrary: text },
  { weight: 2, arbitrary: constantFrom("GET", "POST", "/x", "http", "a.test", "3", "x") },
);
const field: Arbitrary<readonly [string, string]> = tuple(name, value);

interface Attempt {
  readonly list: HeaderList;
  readonly parts: readonly string[];
  readonly trailers: HeaderList;
  readonly ended: boolean;
}

/** A sound list with some of its fields changed, doubled or left out, in any order. */
const list: Arbitrary<HeaderList> = record({
  kept: array(
    boolean().map((keep) => keep || undefined),
    { minLength: 4, maxLength: 4 },
  ),
  whole: integer({ min: 0, max: 3 }),
  method: constantFrom("GET", "POST", "HEAD", "OPTIONS", "CONNECT", "DELETE"),
  more: array(field, { maxLength: 4 }),
  at: integer({ min: 0, max: 4 }),
}).map(({ kept, whole, method, more, at }) => {
  const sound = GET.map(([key, was]) => [key, key === ":method" ? method : was] as const);
  const base = whole > 0 ? sound : sound.filter((_, i) => kept[i]);
  // Mostly behind them, where fields belong.
  const place = whole > 1 ? base.length : at;
  return [...base.slice(0, place), ...more, ...base.slice(place)];
});

const attempt: Arbitrary<Attempt> = record({
  list,
  parts: array(text, { maxLength: 3 }),
  trailers: oneof(
    { weight: 3, arbitrary: constantFrom<HeaderList>([]) },
    { weight: 1, arbitrary: array(field, { minLength: 1, maxLength: 3 }) },
  ),
  ended: boolean(),
});

function framesOf(id: number, { list: fields, parts, trailers, ended }: Attempt): Buffer[] {
  if (ended) return [headers(id, fields)];
  const last = parts.length - 1;
  const body = parts.map((part, i) => data(id, Buffer.from(part, "latin1"), trailers.length === 0 && i === last));
  if (trailers.length > 0) return [headers(id, fields, false), ...body, headers(id, trailers)];
  return [headers(id, fields, parts.length === 0), ...body];
}

/** Keeps every octet of every connection, and answers each whole message. */
async function startRecorder() {
  const connections: { octets: string; socket: Socket }[] = [];
  const server = createServer((socket) => {
    const connection = { octets: "", socket };
    connections.push(connection);
    let answered = 0;
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      connection.octets += chunk.toString("latin1");
      for (const { messages } = readMessages(connection.octets); answered < messages.length; answered++) {
        const bodiless = messages[answered]?.line.startsWith("HEAD ") === true;
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n${bodiless ? "" : "ok"}`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const { socket } of connections) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections };
}

const RUNS = Number(process.env["HTTP2_FUZZ_RUNS"] ?? 1_500);
const TAG = "x-attempt";

/** Checks one request that an endpoint got. @returns which attempt it was made of */
function check({ line, fields }: ReadMessage): string {
  expect(line).toMatch(/^[!-~]+ (?:\/[!-~]*|\*) HTTP\/1\.1$/);
  const named = (wanted: string) => fields.filter(([key]) => key === wanted).map(([, was]) => was);
  expect(named("host"), line).toHaveLength(1);
  expect(named("via").at(-1)).toMatch(/(?:^|, )2\.0 gatewayctl-\w+$/);
  expect([...named("content-length"), ...named("transfer-encoding")].length).toBeLessThan(2);
  expect(named("x-consumer-id")).toEqual([]);
  expect(named("x-forwarded-for")).toEqual(["127.0.0.1"]);
  expect(named(TAG)).toHaveLength(1);
  return named(TAG)[0] as string;
}

describe("whatever header lists, bodies and trailers a client sends", () => {
  it("an endpoint gets one request for it, or none, and nothing else", { timeout: 600_000 }, async () => {
    const endpoint = await startRecorder();
    const { port } = await startGateway({
      services: { all: { endpoints: [endpoint.url], retry: { attempts: 0 } } },
      routes: [{ match: "/", service: "all" }],
      limits: { bodyTimeout: "200ms", headerTimeout: "200ms", keepAliveTimeout: "5s" },
    });
    const served = new Set<string>();
    let client: RawHttp2Client | undefined;
    let id = 0;
    let runs = 0;
    await assert(
      asyncProperty(attempt, async (tried) => {
        // A connection of its own now and then, and whenever the one before has ended or been given up.
        if (client === undefined || client.closed || client.goaway !== undefined || id > 150) {
          client?.socket.destroy();
          client = await connectHttp2(port);
          id = 1;
        } else id += 2;
        const tag = String(runs++);
        client.send(...framesOf(id, { ...tried, list: [...tried.list, [TAG, tag]] }));
        const ending = await client.ending(id);
        expect(ending).toMatch(/^(?:200|4\d\d|501|505|reset|goaway|closed)/);
        // An answer of the endpoint's; OPTIONS * is answered by the gateway.
        if (client.body(id) === "ok") served.add(tag);
      }),
      { numRuns: RUNS, seed: Number(process.env["HTTP2_FUZZ_SEED"] ?? 42) },
    );
    const got: string[] = [];
    for (const { octets } of endpoint.connections) {
      const { messages, rest } = readMessages(octets);
      got.push(...messages.map(check));
      // What was refused while its body came has been cut, and is not whole to any reader.
      if (rest !== "") expect(rest.match(/x-request-id/g), rest).toHaveLength(1);
    }
    expect(new Set(got).size).toBe(got.length);
    expect([...served].filter((tag) => !got.includes(tag))).toEqual([]);
    // Else it would say nothing.
    expect(served.size).toBeGreaterThan(runs / 20);
    expect(got.length).toBeLessThan(runs / 2);
  });
});
