import { describe, expect, it } from "vitest";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { until } from "../../helpers/eventually.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";
import { leastTime } from "../../helpers/cost.ts";

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
/** Deadlines are looked at every 200 ms. */
const SWEEP = 200;
const SLACK = 250;

const problem = (response: { status: number; text: string }): [number, string] => [
  response.status,
  JSON.parse(response.text).code,
];

describe("the endpoint's time", () => {
  it("until the response head is timeouts.request: then 504, and the endpoint is told", async () => {
    const endpoint = await startWireEndpoint();
    const { gateway, port, finished } = await startGateway(
      appConfig([endpoint.url], { timeouts: { request: "300ms" } }),
    );
    const client = await connectWire(port);
    // The client's connection is none the worse for it: it may ask again.
    const took = await leastTime(
      async () => {
        client.send(GET);
        expect(problem(await client.response())).toEqual([504, "GW0304"]);
      },
      300 + SWEEP + SLACK,
    );
    expect(took).toBeGreaterThan(290);
    expect(took).toBeLessThan(300 + SWEEP + SLACK);
    await until(() => endpoint.open() === 0 && atRest(gateway));
    expect(finished[0]).toMatchObject({ code: "GW0304", attempts: 1 });
    client.send(GET);
    expect((await client.response()).status).toBe(504);
  });

  it("is for all tries together, and a route's own replaces it", async () => {
    const closing = await startWireEndpoint({
      onRequest: (_request, socket) => void setTimeout(() => socket.destroy(), 150),
    });
    const config = appConfig([closing.url], { retry: { attempts: 10 } });
    const { port } = await startGateway({ ...config, routes: [{ match: "/", service: "app", timeout: "300ms" }] });
    const client = await connectWire(port);
    client.send(GET);
    expect(problem(await client.response())).toEqual([504, "GW0304"]);
    expect(closing.requests.length).toBeGreaterThan(1);
    expect(closing.requests.length).toBeLessThan(5);
  });

  it("until the connection is there is timeouts.connect: GW0305", async () => {
    // TEST-NET-1 (RFC 5737): nobody is there, or the system says at once that it cannot be reached.
    const { port } = await startGateway(
      appConfig(["http://192.0.2.1:9"], { timeouts: { connect: "200ms" }, retry: false }),
    );
    const client = await connectWire(port);
    client.send(GET);
    const [status, code] = problem(await client.response());
    expect([
      [504, "GW0305"],
      [502, "GW0301"],
    ]).toContainEqual([status, code]);
  });

  it("in silence after the head is timeouts.idle: the answer is cut", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => void socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart"),
    });
    const { gateway, port, finished } = await startGateway(
      appConfig([endpoint.url], { timeouts: { request: "30s", idle: "300ms" } }),
    );
    const client = await connectWire(port);
    client.send(GET);
    await until(() => client.ended || client.closed, "it was not cut");
    expect(client.received().toString()).toMatch(/part$/);
    await until(() => endpoint.open() === 0 && atRest(gateway));
    expect(finished).toMatchObject([{ status: 200, code: "GW0307" }]);
  });

  it("begins when it has the whole request: a slow upload is not held against it", async () => {
    const endpoint = await startWireEndpoint({ onRequest: (request, socket) => void socket.write(ok(request.text)) });
    const { port } = await startGateway(appConfig([endpoint.url], { timeouts: { request: "300ms" } }));
    const client = await connectWire(port);
    client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n");
    const began = performance.now();
    let sent = 0;
    await until(() => {
      if (performance.now() - began > 100 * sent) client.send(String(sent++));
      return sent === 10;
    });
    expect((await client.response()).text).toBe("0123456789");
  });

  it("is not unlimited while it does not take the request's body", async () => {
    const endpoint = await startWireEndpoint({ onConnection: (socket) => void setImmediate(() => socket.pause()) });
    const { port } = await startGateway(
      appConfig([endpoint.url], { timeouts: { request: "300ms" } }, { limits: { bodyTimeout: "300ms" } }),
    );
    const client = await connectWire(port);
    client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 50000000\r\n\r\n");
    client.send(Buffer.alloc(50_000_000));
    expect(problem(await client.response())).toEqual([504, "GW0304"]);
  });
});

describe("the client's time", () => {
  const limits = { headerTimeout: "300ms", bodyTimeout: "300ms" };

  it("for a head is limits.headerTimeout: then 408, however it drips", async () => {
    const { port, finished } = await startGateway(appConfig(["http://127.0.0.1:1"], {}, { limits }));
    const took = await leastTime(
      async () => {
        const client = await connectWire(port);
        client.send("GET / HTTP/1.1\r\n");
        let letters = 0;
        const began = performance.now();
        await until(() => {
          if (performance.now() - began > 40 * letters) client.send("x".repeat(Math.min(1, ++letters)));
          return client.received().length > 0;
        });
        expect(problem(await client.response())).toEqual([408, "GW0207"]);
        await until(() => client.ended);
      },
      300 + SWEEP + SLACK,
    );
    expect(took).toBeLessThan(300 + SWEEP + SLACK);
    expect(finished[0]).toMatchObject({ status: 408 });
  });

  it("to begin with one is the same: a connection that says nothing just ends", async () => {
    const { port, gateway, finished } = await startGateway(appConfig(["http://127.0.0.1:1"], {}, { limits }));
    const client = await connectWire(port);
    await until(() => client.ended, "it was kept");
    expect(client.received()).toHaveLength(0);
    expect(gateway.connections).toBe(0);
    expect(finished).toHaveLength(0);
  });

  it("for a body is limits.bodyTimeout without progress: then 408, and the endpoint is told", async () => {
    const endpoint = await startWireEndpoint();
    const { port, gateway } = await startGateway(appConfig([endpoint.url], {}, { limits }));
    const client = await connectWire(port);
    client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n123");
    expect(problem(await client.response())).toEqual([408, "GW0207"]);
    await until(() => client.ended && endpoint.open() === 0 && atRest(gateway));
  });

  it("for the head behind an answered request is limits.headerTimeout too", async () => {
    const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(ok("1")) });
    const { port } = await startGateway(appConfig([endpoint.url], {}, { limits }));
    const client = await connectWire(port);
    client.send(`${GET}GET / HT`);
    expect((await client.response()).text).toBe("1");
    expect(problem(await client.response())).toEqual([408, "GW0207"]);
  });
});
