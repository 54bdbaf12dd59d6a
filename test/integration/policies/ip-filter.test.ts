import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

describe.each(WIRES)("ipFilter over %s", (wire) => {
  it("refuses before anything reaches the endpoint, on every kind of route", async () => {
    const endpoint = await startEndpoint();
    const { port, finished } = await startGateway({
      services: { app: [endpoint.url] },
      policies: { ipFilter: { allow: ["10.0.0.0/8"] } },
      routes: [
        { name: "app", match: "/", service: "app" },
        { name: "ping", match: "/ping", respond: { status: 200, body: "pong" } },
        { name: "old", match: "/old", redirect: { to: "/new" } },
        { name: "open", match: "/open", service: "app", policies: { ipFilter: false } },
      ],
    });
    for (const path of ["/", "/ping", "/old"]) {
      const reply = await ask(wire, port, { path });
      expect([reply.status, JSON.parse(reply.text).code]).toEqual([403, "GW0501"]);
    }
    expect(endpoint.requests).toHaveLength(0);
    expect((await ask(wire, port, { path: "/open" })).status).toBe(200);
    expect(finished.map(({ code, endpointId }) => [code, endpointId === undefined])).toEqual([
      ["GW0501", true],
      ["GW0501", true],
      ["GW0501", true],
      [undefined, false],
    ]);
  });

  it("goes by the address that a trusted proxy names, and by no other's word", async () => {
    const allow = { policies: { ipFilter: { allow: ["192.0.2.7"] } } };
    const routes = [{ match: "/", respond: { status: 200 } }];
    const trusting = await startGateway({ services: {}, routes, ...allow, trustedProxies: ["127.0.0.1"] });
    const wary = await startGateway({ services: {}, routes, ...allow });
    const headers = { "x-forwarded-for": "192.0.2.7" };
    expect((await ask(wire, trusting.port, { headers })).status).toBe(200);
    expect((await ask(wire, trusting.port, { headers: { "x-forwarded-for": "192.0.2.8" } })).status).toBe(403);
    expect((await ask(wire, wary.port, { headers })).status).toBe(403);
  });
});
