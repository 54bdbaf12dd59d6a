import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { appConfig, startGateway } from "../../helpers/gateway.ts";
import { ask, type Reply, WIRES } from "../../helpers/wires.ts";

const STICKY = { sticky: { cookie: "gw_app", ttl: "1h" } };

/** Endpoints that answer with their number. */
const numbered = (n: number) =>
  Promise.all(Array.from({ length: n }, (_, i) => startEndpoint((__, response) => void response.end(String(i)))));

function cookieOf({ headers }: Reply): string | undefined {
  const lines = [headers["set-cookie"] ?? []].flat();
  return lines.find((line) => line.startsWith("gw_app="))?.split(";")[0];
}

describe.each(WIRES)("sticky sessions over %s", (wire) => {
  it("keep each client where it was first, whatever the algorithm says", async () => {
    const endpoints = await numbered(3);
    const { port } = await startGateway(
      appConfig(
        endpoints.map(({ url }) => url),
        STICKY,
      ),
    );
    const first = await Promise.all([0, 1, 2].map(() => ask(wire, port)));
    expect(new Set(first.map(({ text }) => text)).size).toBe(3);
    for (const reply of first) {
      const cookie = cookieOf(reply) ?? "";
      for (let i = 0; i < 4; i++) {
        const again = await ask(wire, port, { headers: { cookie } });
        expect([again.text, cookieOf(again)]).toEqual([reply.text, undefined]);
      }
    }
  });

  it("move a client whose endpoint is gone, once, with a new cookie", async () => {
    const endpoints = await numbered(2);
    const { port } = await startGateway(
      appConfig(
        endpoints.map(({ url }) => url),
        STICKY,
      ),
    );
    const first = await ask(wire, port);
    const cookie = cookieOf(first) ?? "";
    await endpoints[Number(first.text)]?.kill();
    const moved = await ask(wire, port, { headers: { cookie } });
    expect([moved.status, moved.text]).toEqual([200, first.text === "0" ? "1" : "0"]);
    const next = cookieOf(moved) ?? "";
    expect(next).not.toBe(cookie);
    const after = await ask(wire, port, { headers: { cookie: next } });
    expect([after.text, cookieOf(after)]).toEqual([moved.text, undefined]);
  });

  it("leave a drained endpoint alone, and set no cookie where the gateway answers itself", async () => {
    const endpoints = await numbered(2);
    const { gateway, port } = await startGateway(
      appConfig(
        endpoints.map(({ url }) => url),
        STICKY,
      ),
    );
    const first = await ask(wire, port);
    gateway.runtime.services.get("app")?.upstream.drain(endpoints[Number(first.text)]?.url ?? "");
    const moved = await ask(wire, port, { headers: { cookie: cookieOf(first) ?? "" } });
    expect(moved.text).not.toBe(first.text);
    for (const { url } of endpoints) gateway.runtime.services.get("app")?.upstream.drain(url);
    const none = await ask(wire, port);
    expect([none.status, none.headers["set-cookie"]]).toEqual([503, undefined]);
  });

  it("keep what policies and endpoints set besides", async () => {
    const endpoint = await startEndpoint((_, response) => {
      response.setHeader("set-cookie", "own=1");
      response.end("ok");
    });
    const policies = { rateLimit: { limit: 100, window: "1m" } };
    const { port } = await startGateway(appConfig([endpoint.url], STICKY, { policies }));
    const reply = await ask(wire, port);
    expect(reply.headers["set-cookie"]).toHaveLength(2);
    expect(reply.headers["ratelimit"]).toBeDefined();
  });
});

describe("sticky sessions and WebSockets", () => {
  it("give the cookie with the agreement, and bring the client back by it", async () => {
    const endpoints = await numbered(3);
    endpoints.forEach(({ server }, i) => {
      const sockets = new WebSocketServer({ server });
      sockets.on("connection", (socket) => socket.send(String(i)));
    });
    const { port } = await startGateway(
      appConfig(
        endpoints.map(({ url }) => url),
        STICKY,
      ),
    );
    const open = (cookie?: string): Promise<{ said: string; cookie: string | undefined }> =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/`, cookie === undefined ? {} : { headers: { cookie } });
        let given: string | undefined;
        socket.on("upgrade", ({ headers }) => {
          given = headers["set-cookie"]?.[0]?.split(";")[0];
        });
        socket.on("message", (data: Buffer) => {
          resolve({ said: data.toString(), cookie: given });
          socket.close();
        });
        socket.on("error", reject);
      });
    const first = await open();
    expect(first.cookie).toMatch(/^gw_app=/);
    for (let i = 0; i < 4; i++) expect(await open(first.cookie)).toEqual({ said: first.said, cookie: undefined });
  });
});
