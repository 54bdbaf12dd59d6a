import { describe, expect, it } from "vitest";
import { until } from "../../helpers/eventually.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";

const PING = "GET /ping HTTP/1.1\r\nhost: a\r\n\r\n";

/** A gateway that answers by itself: /ping, and 404 for the rest. */
async function connectClient() {
  const { port, finished } = await startGateway({
    services: {},
    routes: [{ match: "/ping", respond: { status: 200, body: "pong" } }],
  });
  return { client: await connectWire(port), finished };
}

const post = (fields: string): string => `POST /missing HTTP/1.1\r\nhost: a\r\n${fields}\r\n\r\n`;

describe("an answer of the gateway's own that does not wait for the body", () => {
  it.each([
    ["in the same write", [`${post("content-length: 5")}hello${PING}`]],
    ["later, in pieces", [post("content-length: 5"), "he", `llo${PING.slice(0, 9)}`, PING.slice(9)]],
    ["in chunks", [`${post("transfer-encoding: chunked")}5\r\nhello\r\n`, `0\r\nx-t: 1\r\n\r\n${PING}`]],
    ["of 256 KiB", [post("content-length: 262144"), `${"x".repeat(262_144)}${PING}`]],
  ])("leaves the connection usable: the body comes %s", async (_, parts) => {
    const { client } = await connectClient();
    for (const [i, part] of parts.entries()) {
      client.send(part);
      // The answer is there before the rest is sent: nothing of it was waited for.
      if (i === 0) expect((await client.response()).status).toBe(404);
    }
    expect((await client.response()).text).toBe("pong");
    expect([client.ended, client.received().length]).toEqual([false, 0]);
  });

  it.each([
    ["is longer than what is read for nothing", post("content-length: 262145")],
    ["is waited for by 100-continue, and may never come", post("content-length: 5\r\nexpect: 100-continue")],
    ["was to be the last of the connection", post("content-length: 5\r\nconnection: close")],
  ])("ends the connection where the body %s", async (_, head) => {
    const { client } = await connectClient();
    client.send(head);
    const response = await client.response();
    expect([response.status, response.headers.get("connection")]).toEqual([404, "close"]);
    await until(() => client.ended);
  });

  it.each([
    ["turns out too long", `40001\r\n${"x".repeat(262_145)}\r\n0\r\n\r\n`],
    ["is malformed", "5 \r\nhello\r\n0\r\n\r\n"],
  ])("ends the connection without a word where a chunked body %s", async (_, body) => {
    const { client, finished } = await connectClient();
    client.send(post("transfer-encoding: chunked"));
    expect((await client.response()).status).toBe(404);
    client.send(body + PING);
    await until(() => client.ended);
    expect([client.received().length, finished.length]).toEqual([0, 1]);
  });

  it("ends the connection where the rest of the body does not come in time", async () => {
    const { port } = await startGateway({
      limits: { bodyTimeout: "100ms" },
      services: {},
      routes: [{ match: "/ping", respond: { status: 200, body: "pong" } }],
    });
    const client = await connectWire(port);
    client.send(post("content-length: 5"));
    expect((await client.response()).status).toBe(404);
    await until(() => client.closed || client.ended);
  });
});
