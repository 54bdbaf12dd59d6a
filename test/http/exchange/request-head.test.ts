import { describe, expect, it } from "vitest";
import { Framing } from "../../../src/http/body/framing.ts";
import { ForwardingFields } from "../../../src/http/exchange/forwarding-fields.ts";
import { type RequestRewrite, requestHead } from "../../../src/http/exchange/request-head.ts";
import { lines, readView } from "../messages.ts";

const OWN = [
  "x-forwarded-for: 9.9.9.9",
  "x-forwarded-proto: http",
  "x-forwarded-host: a",
  "x-forwarded-port: 80",
  "via: 1.1 g",
];
const ID = "x-request-id: 1";

interface Options {
  readonly rewrite?: RequestRewrite;
  readonly trusted?: boolean;
}

/** The lines of the head that goes on, less the gateway's own at its end. */
function sent(text: readonly string[], { rewrite, trusted = false }: Options = {}): string[] {
  const view = readView(lines(...text));
  const framing = new Framing();
  if (!framing.readRequest(view.head)) throw new Error(framing.fault);
  const forwarding = new ForwardingFields({
    peerIp: "9.9.9.9",
    peerTrusted: trusted,
    isTrusted: () => trusted,
    scheme: "http",
    port: 80,
    instance: "g",
    development: true,
  });
  const head = requestHead(view, framing, forwarding, rewrite, `${ID}\r\n`, "fallback");
  expect(head.endsWith("\r\n\r\n")).toBe(true);
  return head.slice(0, -4).split("\r\n");
}

describe("requestHead", () => {
  it("leaves a plain request as it is, and adds the gateway's fields", () => {
    const text = ["GET /a?b HTTP/1.1", "Host:a", "X-A: \t b", "accept:*/*"];
    expect(sent(text)).toEqual([...text, ...OWN, ID]);
  });

  it("cuts hop-by-hop, forwarding and identity fields of an untrusted client", () => {
    const cut = ["Connection: x-a", "X-A: 1", "Upgrade: h2c", "X-Forwarded-For: 1.1.1.1", "X-Consumer-Id: 1"];
    expect(sent(["GET / HTTP/1.1", "Host: a", ...cut, "Forwarded: for=1.1.1.1", "B: 2"])).toEqual([
      "GET / HTTP/1.1",
      "Host: a",
      "B: 2",
      ...OWN,
      ID,
    ]);
  });

  it("appends to Forwarded of a trusted proxy, but takes no identity fields of it", () => {
    const head = sent(["GET / HTTP/1.1", "Host: a", "Forwarded: for=_x", "X-Consumer-Id: 1"], { trusted: true });
    const forwarded = 'forwarded: for=_x, for=9.9.9.9;host="a";proto=http';
    expect(head).toEqual(["GET / HTTP/1.1", "Host: a", forwarded, ...OWN, ID]);
  });

  it.each([
    "X-Forwarded-Prefix: /admin",
    "X-Forwarded-Ssl: on",
    "X-Forwarded-Server: b",
    "X-Forwarded-Client-Cert: Hash=0",
    "X-Forwarded-User: root",
    "X-Real-IP: 1.1.1.1",
    "x_real_ip: 1.1.1.1",
    "X_Forwarded_Prefix: /admin",
  ])("takes %s of a trusted proxy alone", (line) => {
    expect(sent(["GET / HTTP/1.1", "Host: a", line])).toEqual(["GET / HTTP/1.1", "Host: a", ...OWN, ID]);
    expect(sent(["GET / HTTP/1.1", "Host: a", line], { trusted: true })).toEqual([
      "GET / HTTP/1.1",
      "Host: a",
      line,
      ...OWN,
      ID,
    ]);
  });

  it("leaves Via of others in front of its own", () => {
    const via = sent(["GET / HTTP/1.1", "Host: a", "Via: 1.0 b", "VIA: 1.1 c (d)"]).filter((each) =>
      /^via:/i.test(each),
    );
    expect(via).toEqual(["Via: 1.0 b", "VIA: 1.1 c (d)", "via: 1.1 g"]);
  });

  it("passes on what HTTP/1.1 clients expect, and of HTTP/1.0 clients nothing", () => {
    const expecting = (version: string): string[] =>
      sent([`PUT / ${version}`, "Host: a", "Expect: 100-continue", "Content-Length: 1"]).filter((line) =>
        line.startsWith("Expect"),
      );
    expect(expecting("HTTP/1.1")).toEqual(["Expect: 100-continue"]);
    expect(expecting("HTTP/1.0")).toEqual([]);
  });

  it.each([
    ["OPTIONS", "5", ["max-forwards: 4"]],
    ["OPTIONS", "1", ["max-forwards: 0"]],
    ["OPTIONS", "x", ["max-forwards: x"]],
    ["GET", "5", ["max-forwards: 5"]],
  ])("of %s with Max-Forwards %s", (method, value, expected) => {
    const head = sent([`${method} / HTTP/1.1`, "Host: a", `Max-Forwards: ${value}`]);
    expect(head.filter((line) => /^max-forwards/i.test(line))).toEqual(expected);
  });

  it("speaks HTTP/1.1 to the endpoint, with a Host, whatever the client speaks", () => {
    expect(sent(["GET / HTTP/1.0", "A: b"]).slice(0, 3)).toEqual(["GET / HTTP/1.1", "host: fallback", "A: b"]);
    expect(sent(["GET / HTTP/1.0", "Host: a"]).slice(0, 2)).toEqual(["GET / HTTP/1.1", "host: a"]);
    expect(sent(["GET / HTTP/1.1", "Host:"]).filter((line) => /^host:/i.test(line))).toEqual(["host: fallback"]);
  });

  it("makes the origin form of the absolute one", () => {
    const head = sent(["GET http://b/x?y HTTP/1.1", "Host: a"]);
    expect(head.slice(0, 2)).toEqual(["GET /x?y HTTP/1.1", "host: b"]);
    expect(head.filter((line) => /^host:/i.test(line))).toHaveLength(1);
  });

  it.each([
    [{ target: "/new" }, "POST /new HTTP/1.1", "host: a:1"],
    [{ host: "b" }, "POST /old?q HTTP/1.1", "host: b"],
    [{ target: "/new", host: "b" }, "POST /new HTTP/1.1", "host: b"],
  ])("rewrites by %j", (rewrite, requestLine, host) => {
    const head = sent(["POST /old?q HTTP/1.1", "Host: a:1", "C: d"], { rewrite });
    expect(head.slice(0, 3)).toEqual([requestLine, host, "C: d"]);
    expect(head.filter((line) => /^host:/i.test(line))).toHaveLength(1);
    // The client asked for its own host.
    expect(head).toContain("x-forwarded-host: a:1");
  });

  it("announces the framing that the body has", () => {
    expect(sent(["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: Chunked", "B: c"])).toEqual([
      "POST / HTTP/1.1",
      "Host: a",
      "B: c",
      "transfer-encoding: chunked",
      ...OWN,
      ID,
    ]);
    expect(sent(["POST / HTTP/1.1", "Host: a", "Content-Length: 5"])[2]).toBe("Content-Length: 5");
    expect(sent(["POST / HTTP/1.1", "Host: a", "Content-Length: 5"]).join()).not.toContain("transfer-encoding");
  });

  it.each([
    ["trailers", true],
    ["deflate, Trailers ,gzip", true],
    ["gzip", false],
    ["xtrailers", false],
  ])("passes on of TE: %s the trailers alone", (te, passed) => {
    const head = sent(["GET / HTTP/1.1", "Host: a", `TE: ${te}`, "Connection: TE"]);
    expect(head.filter((line) => /^(?:te|connection):/i.test(line))).toEqual(
      passed ? ["te: trailers", "connection: te"] : [],
    );
  });
});
