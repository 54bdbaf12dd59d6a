import { describe, expect, it } from "vitest";
import { appConfig, atRest, inUse, startGateway } from "../../helpers/gateway.ts";
import { until } from "../../helpers/eventually.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";

const CHUNKED = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n";
const PART = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart";

describe("a request that turns out wrong while its answer is under way", () => {
  it.each([
    ["malformed", CHUNKED, "zz\r\n"],
    ["too large", CHUNKED, `5000\r\n${"x".repeat(0x5000)}\r\n`],
    ["too slow", CHUNKED, ""],
  ])("is cut on both sides, leaves nothing, and is not heard of by others: %s", async (_name, begin, rest) => {
    const endpoint = await startWireEndpoint({
      onHead: (head, socket) => void (head.method === "POST" && socket.write(PART)),
      onRequest: (_request, socket) => void setTimeout(() => socket.write(ok("mine")), 30),
    });
    const { gateway, port, finished } = await startGateway(
      appConfig([endpoint.url], {}, { limits: { bodyBytes: "10KB", bodyTimeout: "100ms" } }),
    );
    const client = await connectWire(port);
    client.send(begin);
    await until(() => client.received().includes("part"));
    client.send(rest);
    await until(() => client.closed || client.ended, "it was not cut");

    // The next one's answer is its own, though what served the first is used again.
    const other = await connectWire(port);
    other.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await until(() => endpoint.requests.length === 1);
    endpoint.sockets[0]?.write("x".repeat(96));
    expect((await other.response()).text).toBe("mine");
    expect(endpoint.open()).toBe(1);
    await until(
      () => atRest(gateway),
      () => JSON.stringify(inUse(gateway)),
    );
    expect(finished.map(({ status }) => status)).toEqual([200, 200]);
  });
});
