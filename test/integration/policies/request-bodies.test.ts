import { connect } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import type { Policy, PolicyKind } from "../../../src/policies/policy.ts";
import { POLICIES } from "../../../src/policies/registry.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { atRest, startGateway } from "../../helpers/gateway.ts";

const table = POLICIES as Record<string, PolicyKind>;
const real = { ...table };

afterEach(() => {
  Object.assign(table, real);
});

/** A gateway whose only policy asks for bodies of up to 300,000 octets, and what it got. */
async function collecting(): Promise<{ port: number; seen: (string | undefined)[]; rest: () => boolean }> {
  const seen: (string | undefined)[] = [];
  const policy: Policy = {
    async onRequest(exchange) {
      const body = await exchange.body(300_000);
      seen.push(body && Buffer.from(body).toString());
      return body === undefined ? { kind: "response", status: 413, fields: [], body: "" } : undefined;
    },
    explain: () => ({ verdict: "pass", reason: "" }),
  };
  table["ipFilter"] = { ...(real["ipFilter"] as PolicyKind), create: () => policy };
  const endpoint = await startEndpoint((request, response) => {
    let octets = 0;
    request.on("data", (part: Buffer) => {
      octets += part.length;
    });
    const { expect: expectation, "content-length": length, "transfer-encoding": coding } = request.headers;
    request.on("end", () => response.end(JSON.stringify({ octets, expectation, length, coding })));
  });
  const { gateway, port } = await startGateway({
    services: { app: [endpoint.url] },
    routes: [{ match: "/", service: "app", policies: { ipFilter: { deny: ["10.0.0.1"] } } }],
  });
  return { port, seen, rest: () => atRest(gateway) };
}

/** Sends octets as they are, piece by piece, and reads until the connection ends. */
async function exchangeRaw(port: number, pieces: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1");
  socket.on("data", (part: string) => {
    text += part;
  });
  const closed = once(socket, "close");
  await once(socket, "connect");
  for (const piece of pieces) {
    socket.write(piece, "latin1");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await closed;
  return text;
}

const POST = "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n";

describe("a body that a policy asks for, over HTTP/1.1", () => {
  it("comes without its chunks, however they are cut, and goes on with a length", async () => {
    const { port, seen } = await collecting();
    const text = await exchangeRaw(port, [
      `${POST}transfer-encoding: chunked\r\n\r\n5;a=b\r\nhe`,
      "llo\r\n",
      "1\r\n \r\n6\r\nwo",
      "rld!\r\n0\r\nx-trailer: 1\r\n\r\n",
    ]);
    expect(seen).toEqual(["hello world!"]);
    expect(text).toContain('{"octets":12,"length":"12"}');
  });

  it("is asked for where the client waits, once", async () => {
    const { port, seen } = await collecting();
    const text = await exchangeRaw(port, [`${POST}content-length: 5\r\nexpect: 100-continue\r\n\r\n`, "hello"]);
    expect(text.split("100 Continue").length).toBe(2);
    expect(seen).toEqual(["hello"]);
    expect(text).toContain('{"octets":5,"length":"5"}');
  });

  it("is read on beyond what is held for others, and kept for another try", async () => {
    const { port, seen, rest } = await collecting();
    const text = await exchangeRaw(port, [
      `${POST}content-length: 250000\r\n\r\n${"x".repeat(100_000)}`,
      "x".repeat(100_000),
      "x".repeat(50_000),
    ]);
    expect(seen[0]?.length).toBe(250_000);
    expect(text).toContain('{"octets":250000,"length":"250000"}');
    await expect.poll(rest).toBe(true);
  });

  it("is refused as soon as it is too long", async () => {
    const { port, seen } = await collecting();
    const text = await exchangeRaw(port, [
      `${POST}transfer-encoding: chunked\r\n\r\n493e1\r\n${"x".repeat(300_001)}\r\n`,
    ]);
    expect([seen, text.slice(0, 12)]).toEqual([[undefined], "HTTP/1.1 413"]);
  });

  it("never comes of a client that goes away, and nothing is left of it", async () => {
    const { port, seen, rest } = await collecting();
    const socket = connect(port, "127.0.0.1");
    socket.write(`${POST}content-length: 10\r\n\r\n12345`);
    await expect.poll(rest).toBe(false);
    socket.destroy();
    await expect.poll(rest).toBe(true);
    expect(seen).toEqual([]);
  });

  it("leaves the connection to the next request", async () => {
    const { port, seen } = await collecting();
    const one = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\none";
    const text = await exchangeRaw(port, [`${one}${one}`, `${POST}content-length: 3\r\n\r\ntwo`]);
    expect(seen).toEqual(["one", "one", "two"]);
    expect(text.split("HTTP/1.1 200").length).toBe(4);
  });
});
