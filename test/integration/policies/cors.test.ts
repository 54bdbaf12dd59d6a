import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { ask, type Reply, WIRES } from "../../helpers/wires.ts";

const PAGE = "http://localhost:5173";
const PREFLIGHT = { origin: PAGE, "access-control-request-method": "POST" };
/** Nobody has these credentials. */
const CLOSED = { authenticate: [{ apiKey: {} }] };

/** The fields that browsers go by. */
function corsFields({ headers }: Reply): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith("access-control-") || name === "vary"),
  );
}

describe.each(WIRES)("cors over %s", (wire) => {
  it("answers a preflight before anybody is authenticated, and nothing reaches the endpoint", async () => {
    const endpoint = await startEndpoint();
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      policies: {
        cors: {
          origins: [PAGE],
          methods: ["GET", "POST"],
          headers: ["content-type"],
          credentials: true,
          maxAge: "10m",
        },
      },
      routes: [{ match: { path: "/", method: ["GET", "POST"] }, service: "app", policies: CLOSED }],
    });
    const reply = await ask(wire, port, { method: "OPTIONS", headers: PREFLIGHT });
    expect([reply.status, reply.text, reply.headers["content-length"]]).toEqual([204, "", undefined]);
    expect(corsFields(reply)).toEqual({
      "access-control-allow-origin": PAGE,
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": "content-type",
      "access-control-allow-credentials": "true",
      "access-control-max-age": "600",
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    });
    expect(endpoint.requests).toHaveLength(0);
  });

  it("lets the page read why it was refused", async () => {
    const { port } = await startGateway({
      services: {},
      policies: { cors: { origins: [PAGE] } },
      routes: [{ match: "/", respond: { status: 200 }, policies: CLOSED }],
    });
    const reply = await ask(wire, port, { headers: { origin: PAGE } });
    expect([reply.status, JSON.parse(reply.text).code]).toEqual([401, "GW0502"]);
    expect(corsFields(reply)).toEqual({ "access-control-allow-origin": PAGE, vary: "Origin" });
  });

  it("refuses a preflight of another origin, and lets its other requests pass without a word", async () => {
    const { port } = await startGateway({
      services: {},
      routes: [{ match: "/", respond: { status: 200, body: "hi" }, policies: { cors: { origins: [PAGE] } } }],
    });
    const headers = { ...PREFLIGHT, origin: "http://evil.test" };
    const refused = await ask(wire, port, { method: "OPTIONS", headers });
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([403, "GW0509"]);
    expect(corsFields(refused)).toEqual({
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    });
    const passed = await ask(wire, port, { headers: { origin: "http://evil.test" } });
    expect([passed.status, passed.text, corsFields(passed)]).toEqual([200, "hi", { vary: "Origin" }]);
  });

  it("replaces what the endpoint says of it, and keeps what it varies by", async () => {
    const endpoint = await startEndpoint((_, response) => {
      response.setHeader("Access-Control-Allow-Origin", "*");
      response.setHeader("Access-Control-Allow-Credentials", "true");
      response.setHeader("Access-Control-Expose-Headers", "x-own");
      response.setHeader("Vary", "accept");
      response.end();
    });
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [{ match: "/", service: "app", policies: { cors: { origins: [PAGE], exposed: ["x-a"] } } }],
    });
    const [own, other] = [PAGE, "http://evil.test"].map((origin) => ask(wire, port, { headers: { origin } }));
    expect(corsFields((await own) as Reply)).toEqual({
      "access-control-allow-origin": PAGE,
      "access-control-expose-headers": "x-a",
      vary: "accept, Origin",
    });
    expect(corsFields((await other) as Reply)).toEqual({ vary: "accept, Origin" });
  });

  it("takes several Origin fields for no origin", async () => {
    const { port } = await startGateway({
      services: {},
      routes: [{ match: "/", respond: { status: 200 }, policies: { cors: { origins: [PAGE] } } }],
    });
    const reply = await ask(wire, port, { headers: { origin: [PAGE, PAGE] } });
    expect([reply.status, reply.headers["access-control-allow-origin"]]).toEqual([200, undefined]);
  });

  it("leaves requests to the endpoint that are no preflight, and all where it is switched off", async () => {
    const endpoint = await startEndpoint();
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      policies: { cors: { origins: [PAGE] } },
      routes: [
        { match: "/", service: "app" },
        { match: "/own", service: "app", policies: { cors: false } },
      ],
    });
    expect((await ask(wire, port, { method: "OPTIONS", headers: { origin: PAGE } })).text).toBe("ok");
    const own = await ask(wire, port, { method: "OPTIONS", path: "/own", headers: PREFLIGHT });
    expect([own.text, corsFields(own)]).toEqual(["ok", {}]);
  });

  it("lets a page reach into the private network by a preflight of a named origin", async () => {
    const { port } = await startGateway({
      services: {},
      routes: [{ match: "/", respond: { status: 200 }, policies: { cors: { origins: [PAGE] } } }],
    });
    const headers = { ...PREFLIGHT, "access-control-request-private-network": "true" };
    const reply = await ask(wire, port, { method: "OPTIONS", headers });
    expect(reply.headers["access-control-allow-private-network"]).toBe("true");
  });
});
