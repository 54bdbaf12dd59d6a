import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { startEndpoint, type TestEndpoint } from "../../helpers/endpoints.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

/** An endpoint that answers when it is told to, in the order in which it was asked. */
async function holding(): Promise<{
  endpoint: TestEndpoint;
  held: ServerResponse[];
  let1: () => void;
  most: () => number;
}> {
  const held: ServerResponse[] = [];
  let most = 0;
  const endpoint = await startEndpoint((_, response) => {
    held.push(response);
    most = Math.max(most, held.length);
  });
  return { endpoint, held, let1: () => void held.shift()?.end("ok"), most: () => most };
}

describe.each(WIRES)("a service's limits, over %s", (wire) => {
  it("have the next request wait, the first to come the first to go on", async () => {
    const { endpoint, held, let1, most } = await holding();
    const { gateway, port } = await startGateway(appConfig([endpoint.url], { limits: { requests: 2 } }));
    const replies = Array.from({ length: 6 }, (_, i) => ask(wire, port, { path: `/${i}` }));
    await expect.poll(() => gateway.requestsInFlight).toBe(6);
    for (let i = 0; i < 6; i++) {
      await expect.poll(() => held.length).toBeGreaterThan(0);
      let1();
    }
    expect((await Promise.all(replies)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect([most(), endpoint.requests.length]).toEqual([2, 6]);
    await expect.poll(() => atRest(gateway)).toBe(true);
  });

  it("refuse what the queue has no room for, at once", async () => {
    const { endpoint, held, let1 } = await holding();
    const { port, finished } = await startGateway(appConfig([endpoint.url], { limits: { requests: 1, pending: 0 } }));
    const first = ask(wire, port);
    await expect.poll(() => held.length).toBe(1);
    const refused = await ask(wire, port);
    expect([refused.status, refused.headers["retry-after"], finished[0]?.code]).toEqual([503, "1", "GW0313"]);
    let1();
    expect((await first).status).toBe(200);
    const next = ask(wire, port);
    await expect.poll(() => held.length).toBe(1);
    let1();
    expect((await next).status).toBe(200);
  });

  it("refuse who has waited for too long", async () => {
    const { endpoint, held, let1 } = await holding();
    const limits = { requests: 1, queueTimeout: "50ms" };
    const { port } = await startGateway(appConfig([endpoint.url], { limits }));
    const first = ask(wire, port);
    await expect.poll(() => held.length).toBe(1);
    expect((await ask(wire, port)).status).toBe(503);
    let1();
    expect((await first).status).toBe(200);
  });
});

describe("a limit of connections", () => {
  it("holds for all endpoints together, idle ones included", async () => {
    const endpoints = await Promise.all([startEndpoint(), startEndpoint(), startEndpoint()]);
    let open = 0;
    let most = 0;
    for (const { server } of endpoints) {
      server.on("connection", (socket) => {
        most = Math.max(most, ++open);
        socket.on("close", () => open--);
      });
    }
    const urls = endpoints.map(({ url }) => url);
    const { gateway, port } = await startGateway(appConfig(urls, { limits: { connections: 2 } }));
    for (let i = 0; i < 9; i++) expect((await ask("HTTP/1.1", port)).status).toBe(200);
    const pools = [...gateway.runtime.services.values()][0]?.upstream.endpoints ?? [];
    expect(pools.reduce((sum, { attached }) => sum + attached.size, 0)).toBeLessThanOrEqual(2);
    // A close takes a moment to arrive.
    expect(most).toBeLessThanOrEqual(3);
  });
});
