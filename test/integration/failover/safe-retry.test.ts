import { describe, expect, it } from "vitest";
import { appConfig, atRest, inUse, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, type WireEndpoint, startWireEndpoint } from "../../helpers/wire-endpoint.ts";
import { pause, until } from "../../helpers/eventually.ts";

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const post = (body: string): string => `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

/** Answers the first request of each connection, and closes the connection when the next one comes on it. */
function startStale(): Promise<WireEndpoint> {
  return startWireEndpoint({
    onRequest: (request, socket) => void (request.nth === 0 ? socket.write(ok("first")) : socket.destroy()),
  });
}

/** A port that refuses connections. */
async function deadUrl(): Promise<string> {
  const endpoint = await startWireEndpoint();
  await endpoint.kill();
  return endpoint.url;
}

describe("a request whose connection could not be opened", () => {
  it.each([
    ["GET", GET],
    ["POST", post("hello")],
    ["a large POST", post("x".repeat(300_000))],
  ])("is sent elsewhere: %s", async (_name, request) => {
    const alive = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(ok("alive")) });
    const { gateway, port, finished } = await startGateway(appConfig([await deadUrl(), alive.url]));
    const client = await connectWire(port);
    client.send(request);
    expect((await client.response()).text).toBe("alive");
    expect(alive.requests).toHaveLength(1);
    expect(alive.requests[0]?.body.length).toBe(request.split("\r\n\r\n")[1]?.length);
    expect(finished[0]).toMatchObject({ attempts: 2, endpointId: alive.url });
    await until(
      () => atRest(gateway),
      () => JSON.stringify(inUse(gateway)),
    );
  });
});

describe("a kept connection that the endpoint closes just as it is used again", () => {
  it.each([
    ["GET", GET],
    ["POST", post("hello")],
  ])("is made up for by one more try: %s", async (_name, request) => {
    const stale = await startStale();
    const { gateway, port, finished } = await startGateway(appConfig([stale.url]));
    const client = await connectWire(port);
    client.send(GET);
    expect((await client.response()).text).toBe("first");
    client.send(request);
    expect((await client.response()).status).toBe(200);
    expect(stale.requests.map(({ connection, nth }) => [connection, nth])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ]);
    expect(finished[1]).toMatchObject({ attempts: 2, status: 200 });
    await until(
      () => atRest(gateway),
      () => JSON.stringify(inUse(gateway)),
    );
  });

  it("reaches another endpoint once, and never twice", async () => {
    const stale = await startStale();
    const survivor = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(ok("survivor")) });
    const { port } = await startGateway(appConfig([stale.url, survivor.url]));
    const client = await connectWire(port);
    for (let i = 0; i < 2; i++) {
      client.send(GET);
      expect((await client.response()).status).toBe(200);
    }
    client.send(post("pay"));
    expect((await client.response()).text).toBe("survivor");
    expect(stale.requests).toHaveLength(2);
    expect(survivor.requests.map(({ method }) => method)).toEqual(["GET", "POST"]);
  });

  it("is not made up for where the body was too large to be kept", async () => {
    const stale = await startStale();
    const survivor = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(ok("survivor")) });
    const { port } = await startGateway(appConfig([stale.url, survivor.url]));
    const client = await connectWire(port);
    for (let i = 0; i < 2; i++) {
      client.send(GET);
      await client.response();
    }
    client.send(`PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 200000\r\n\r\n${"x".repeat(200_000)}`);
    const response = await client.response();
    expect(response.status).toBe(502);
    expect(response.text).toContain("GW0303");
    expect(survivor.requests).toHaveLength(1);
  });
});

describe("a fresh connection that ends without an answer", () => {
  const silent = (): Promise<WireEndpoint> =>
    startWireEndpoint({ onRequest: (_request, socket) => void socket.destroy() });
  const alive = (): Promise<WireEndpoint> =>
    startWireEndpoint({ onRequest: (_request, socket) => void socket.write(ok("alive")) });

  it("is tried elsewhere for a GET", async () => {
    const [first, second] = [await silent(), await alive()];
    const { port } = await startGateway(appConfig([first.url, second.url]));
    const client = await connectWire(port);
    client.send(GET);
    expect((await client.response()).text).toBe("alive");
    expect(first.requests).toHaveLength(1);
  });

  it("is not for a POST, which the endpoint may have acted on", async () => {
    const [first, second] = [await silent(), await alive()];
    const { gateway, port } = await startGateway(appConfig([first.url, second.url]));
    const client = await connectWire(port);
    client.send(post("pay"));
    const response = await client.response();
    expect([response.status, JSON.parse(response.text).code]).toEqual([502, "GW0303"]);
    expect(second.requests).toHaveLength(0);
    await until(
      () => atRest(gateway),
      () => JSON.stringify(inUse(gateway)),
    );
  });

  it("is for a POST if retry.nonIdempotent says so", async () => {
    const [first, second] = [await silent(), await alive()];
    const { port } = await startGateway(appConfig([first.url, second.url], { retry: { nonIdempotent: true } }));
    const client = await connectWire(port);
    client.send(post("pay"));
    expect((await client.response()).text).toBe("alive");
    expect(second.requests[0]?.text).toBe("pay");
  });
});

describe("an answer that has begun", () => {
  it.each([
    ["GET", GET],
    ["POST", post("pay")],
  ])("is never tried again: %s", async (_name, request) => {
    const begins = await startWireEndpoint({
      onRequest: (_request, socket) => void socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhal"),
    });
    const other = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(ok("other")) });
    const { port } = await startGateway(appConfig([begins.url, other.url]));
    const client = await connectWire(port);
    client.send(request);
    await until(() => client.closed || client.ended, "the client was not told");
    expect(client.received().toString("latin1")).toMatch(/content-length: 10\r\n[\s\S]*hal$/);
    expect(other.requests).toHaveLength(0);
  });

  it("half a head counts as an answer for a POST on a kept connection", async () => {
    const half = await startWireEndpoint({
      onRequest: (request, socket) => void (request.nth === 0 ? socket.write(ok("1")) : socket.end("HTTP/1.1 200 O")),
    });
    const { port } = await startGateway(appConfig([half.url]));
    const client = await connectWire(port);
    client.send(GET);
    await client.response();
    client.send(post("pay"));
    expect((await client.response()).status).toBe(502);
    expect(half.requests).toHaveLength(2);
  });
});

describe("statuses in retry.on", () => {
  const busy = (): Promise<WireEndpoint> =>
    startWireEndpoint({
      onRequest: (_request, socket) => void socket.write("HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\nbusy"),
    });

  it("are tried elsewhere", async () => {
    const first = await busy();
    const second = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(ok("alive")) });
    const { gateway, port, finished } = await startGateway(
      appConfig([first.url, second.url], { retry: { on: ["connect-failure", 503] } }),
    );
    const client = await connectWire(port);
    client.send(GET + GET);
    expect((await client.response()).text).toBe("alive");
    expect((await client.response()).text).toBe("alive");
    // In turn: the first, the second instead; the first again, the second instead.
    expect([first.requests.length, second.requests.length]).toEqual([2, 2]);
    expect(finished.map(({ attempts }) => attempts)).toEqual([2, 2]);
    await until(
      () => atRest(gateway),
      () => JSON.stringify(inUse(gateway)),
    );
  });

  it("are passed on when the tries are used up, and for a POST", async () => {
    const all = await Promise.all([busy(), busy()]);
    const { gateway, port } = await startGateway(
      appConfig(
        all.map(({ url }) => url),
        { retry: { attempts: 2, on: [503] } },
      ),
    );
    const client = await connectWire(port);
    client.send(GET);
    expect((await client.response()).text).toBe("busy");
    expect(all.reduce((sum, { requests }) => sum + requests.length, 0)).toBe(3);
    client.send(post("pay"));
    expect((await client.response()).text).toBe("busy");
    expect(all.reduce((sum, { requests }) => sum + requests.length, 0)).toBe(4);
    await until(
      () => atRest(gateway),
      () => JSON.stringify(inUse(gateway)),
    );
  });

  it("are not waited for by a client that has gone meanwhile", async () => {
    const first = await busy();
    const { gateway, port } = await startGateway(
      appConfig([first.url], { retry: { attempts: 10, on: [503], backoff: "20ms" } }),
    );
    const client = await connectWire(port);
    client.send(GET);
    await until(() => first.requests.length > 0);
    client.socket.resetAndDestroy();
    await until(
      () => atRest(gateway),
      () => JSON.stringify(inUse(gateway)),
    );
    const asked = first.requests.length;
    await until(() => gateway.connections === 0);
    // The next delay would be 40 ms at most.
    await pause(50);
    expect(first.requests.length).toBe(asked);
  });
});
