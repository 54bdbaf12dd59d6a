import { describe, expect, it } from "vitest";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { connectWire, type WireResponse } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint, type WireBehaviour, type WireRequest } from "../../helpers/wire-endpoint.ts";
import { until } from "../../helpers/eventually.ts";
import { connectClient, type Http2Response, send } from "./client.ts";

interface Case {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly answer?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

const crlf = (...lines: readonly string[]): string => lines.join("\r\n");

const CASES: readonly Case[] = [
  { name: "a plain GET" },
  { name: "a GET with a query", path: "/a/b?c=%20&d" },
  { name: "a HEAD whose answer has a length", method: "HEAD", answer: "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n" },
  { name: "a POST with a body", method: "POST", body: "hello" },
  { name: "a PUT with an empty body", method: "PUT", body: "" },
  { name: "a DELETE", method: "DELETE", answer: "HTTP/1.1 204 No Content\r\n\r\n" },
  { name: "a 204 that speaks of a length", answer: "HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n" },
  { name: "a 304 with a length", answer: 'HTTP/1.1 304 Not Modified\r\netag: "a"\r\ncontent-length: 5\r\n\r\n' },
  { name: "an unusual method", method: "PROPFIND" },
  {
    name: "a redirect of the endpoint",
    answer: "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n",
  },
  { name: "several cookies set", answer: ok("x", "set-cookie: a=1\r\nset-cookie: b=2, c; path=/\r\n") },
  { name: "several fields of one name", answer: ok("x", "x-a: 1\r\nX-A: 2\r\nvary: accept\r\nvary: origin\r\n") },
  {
    name: "fields that may stand once, twice",
    answer: ok("x", "content-type: a/b\r\ncontent-type: c/d\r\nage: 1\r\nage: 2\r\n"),
  },
  {
    name: "hop-by-hop fields",
    answer: ok(
      "x",
      "connection: x-a, keep-alive\r\nx-a: 1\r\nkeep-alive: timeout=5\r\nupgrade: h2c\r\nproxy-connection: x\r\n",
    ),
  },
  { name: "octets beyond ASCII", answer: ok("x", "x-a: caf\xe9\r\n"), fields: { "x-b": "na\xefve" } },
  { name: "an endpoint's own Date and x-request-id", answer: ok("x", "date: yesterday\r\nx-request-id: mine\r\n") },
  {
    name: "a body in chunks",
    answer: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
  },
  {
    name: "trailers",
    answer:
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-t\r\n\r\n3\r\nabc\r\n0\r\nx-t: 1\r\nX-T: 2\r\n\r\n",
  },
  {
    name: "an empty body in chunks, and trailers",
    answer: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx-t: 1\r\n\r\n",
  },
  {
    name: "Early Hints",
    answer: crlf(
      "HTTP/1.1 103 Early Hints",
      "link: </a.css>",
      "",
      "HTTP/1.1 103 Early Hints",
      "link: </b.css>",
      "",
      ok("x"),
    ),
  },
  { name: "cookies, also in crumbs", fields: { cookie: "a=1; b=2; c=3" } },
  { name: "a request that names itself", fields: { "x-request-id": "abc" } },
  {
    name: "fields that a client may not send",
    fields: { "x-consumer-id": "root", "x-forwarded-for": "9.9.9.9", forwarded: "for=9.9.9.9" },
  },
  { name: "a Via that has passed", fields: { via: "1.0 fred" } },
  { name: "an answer of no service", path: "/ping" },
  { name: "a redirect of the gateway", path: "/old" },
  { name: "no route", path: "/none/at/all", config: { routes: [{ match: "/x", service: "app" }] } },
  {
    name: "a method that is not routed",
    method: "DELETE",
    config: { routes: [{ match: { path: "/", method: ["GET"] }, service: "app" }] },
  },
  { name: "a path that climbs", path: "/a/../b" },
  { name: "TRACE", method: "TRACE" },
  { name: "OPTIONS of the gateway", method: "OPTIONS", path: "*" },
  { name: "an unknown expectation", fields: { expect: "the-worst" } },
  { name: "no endpoint", config: { services: { app: { endpoints: ["http://127.0.0.1:1"] } } } },
  { name: "an answer that is not HTTP", answer: "SSH-2.0-x\r\n\r\n" },
  {
    name: "an error of the endpoint",
    answer: "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 4\r\n\r\nbusy",
  },
];

function behaviour(answer: string | undefined): WireBehaviour {
  return {
    onRequest: ({ method }, socket) =>
      void socket.write(answer ?? (method === "HEAD" ? ok("seen").replace("seen", "") : ok("seen")), "latin1"),
  };
}

/** Ids, dates and lengths of texts with ids in them differ from one request to the next. */
function fieldsOf(list: Iterable<readonly [string, string]>): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const [name, value] of list) {
    if (name.startsWith(":") || ["connection", "transfer-encoding"].includes(name)) continue;
    const made = name === "x-request-id" && /^[0-9a-f]{12}-/.test(value);
    const shown = made || (name === "date" && value.endsWith("GMT")) ? "made" : value;
    (fields[name] ??= []).push(shown);
  }
  return fields;
}

const idless = (text: string): string => text.replace(/"requestId":"[^"]*"/, '"requestId":""');

function overHttp1({ status, text, rawHeaders, trailers }: WireResponse & { rawHeaders: [string, string][] }) {
  const fields = fieldsOf(rawHeaders);
  return { status, text: idless(text), fields: joined(fields), trailers: joined(fieldsOf(lines(trailers))) };
}

function overHttp2({ status, headers, body, trailers }: Http2Response) {
  const list = (object: Readonly<Record<string, unknown>>) =>
    Object.entries(object).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)] as const),
    );
  const fields = joined(fieldsOf(list(headers)));
  return { status, text: idless(body.toString()), fields, trailers: joined(fieldsOf(list(trailers ?? {}))) };
}

/** node:http2 joins what it receives, but for cookies. */
function joined(fields: Record<string, string[]>): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, values] of Object.entries(fields)) all[name] = values.join(name === "set-cookie" ? "\n" : ", ");
  return all;
}

function lines(text: string): [string, string][] {
  return text
    .split("\r\n")
    .filter((line) => line.includes(":"))
    .map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]);
}

function asSeenByEndpoint(request: WireRequest | undefined) {
  if (request === undefined) return undefined;
  const fields = joined(fieldsOf(lines(request.head)));
  // A body whose length is not told, and who received what from whom: these are the wires' own.
  fields["via"] = (fields["via"] ?? "").replace(/[12]\.[01] (gatewayctl-\w+)$/, "$1");
  return { line: request.startLine, text: request.text, fields };
}

describe("over HTTP/2 a request and its answer are the same as over HTTP/1.1:", () => {
  it.each(CASES)("$name", async ({ method = "GET", path = "/x", fields = {}, body, answer, config }) => {
    const endpoint = await startWireEndpoint(behaviour(answer));
    const { gateway, port } = await startGateway({
      ...appConfig([endpoint.url], { retry: { attempts: 0 } }),
      routes: [
        { match: "/ping", respond: { status: 200, headers: { "x-y": "z" }, body: "pong" } },
        { match: "/old", redirect: { to: "/new", status: 308 } },
        { match: "/", service: "app" },
      ],
      ...config,
    });

    const wire = await connectWire(port);
    const length = body === undefined ? "" : `content-length: ${body.length}\r\n`;
    const shown = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
    wire.send(
      Buffer.from(
        `${method} ${path} HTTP/1.1\r\nhost: localhost:${port}\r\n${length}${shown.join("")}\r\n${body ?? ""}`,
        "latin1",
      ),
    );
    const before = await wire.response(method);
    const client = await connectClient(port);
    const sent = {
      ":method": method,
      ":path": path,
      ...fields,
      ...(body === undefined ? {} : { "content-length": body.length }),
    };
    const after = await send(client, sent, body === undefined ? [] : [body]);

    expect(after.code).toBe(0);
    expect(overHttp2(after)).toEqual(overHttp1({ ...before, rawHeaders: lines(before.head) }));
    const [first, second] = endpoint.requests;
    expect(endpoint.requests.length === 2 || endpoint.requests.length === 0).toBe(true);
    expect(asSeenByEndpoint(second)).toEqual(asSeenByEndpoint(first));
    await until(() => atRest(gateway), "something is still in use");
  });
});
