import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { atRest, startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";
import { type JsonAnswer, startJson } from "./services.ts";

const KEY = "k-1";
const CONSUMERS = [
  { name: "ada", roles: ["admin"], apiKeys: [`sha256:${createHash("sha256").update(KEY).digest("hex")}`] },
];
const KEYED = { authenticate: [{ apiKey: {} }] };

/** A service that answers with the fields it was sent. */
const echo = () => startJson(({ headers, url }) => ({ body: { headers, url } }));

async function composing(answers: Readonly<Record<string, JsonAnswer>>, more: object = {}): Promise<number> {
  const services = await Promise.all(
    Object.entries(answers).map(async ([name, answer]) => [name, [(await startJson(answer)).url]] as const),
  );
  const { port } = await startGateway({
    services: Object.fromEntries(services),
    consumers: CONSUMERS,
    routes: [
      {
        match: "/",
        compose: Object.fromEntries(Object.keys(answers).map((service) => [service, { service, path: "/" }])),
        ...more,
      },
    ],
  });
  return port;
}

describe.each(WIRES)("a composition's parts over %s", (wire) => {
  it("are asked with the client's fields, but for those that speak of its own message", async () => {
    const users = await echo();
    const { port } = await startGateway({
      services: { users: [users.url] },
      routes: [{ match: "/", compose: { user: { service: "users", path: "/u?a=1" } } }],
    });
    const own = {
      accept: "text/html",
      "accept-encoding": "br",
      range: "bytes=0-1",
      "if-none-match": '"a"',
      "if-modified-since": "x",
      "content-type": "text/plain",
      "content-encoding": "gzip",
      "max-forwards": "3",
      "x-consumer-id": "root",
    };
    const kept = {
      "accept-language": "de",
      authorization: "Bearer t",
      cookie: "a=b",
      traceparent: "00-1-2-01",
      "x-tenant": "7",
    };
    const reply = await ask(wire, port, {
      host: "shop.localhost",
      headers: { ...own, ...kept, "x-request-id": "r-1" },
    });
    const { headers } = JSON.parse(reply.text).user as { headers: Record<string, string> };
    expect(headers).toMatchObject({ ...kept, accept: "application/json", "accept-encoding": "identity" });
    expect(headers).toMatchObject({ host: "shop.localhost", "x-request-id": "r-1", "x-forwarded-for": "127.0.0.1" });
    expect(headers["via"]).toMatch(/^(?:1\.1|2\.0) gatewayctl-/);
    for (const name of [
      "range",
      "if-none-match",
      "if-modified-since",
      "content-type",
      "content-encoding",
      "content-length",
      "max-forwards",
      "x-consumer-id",
    ]) {
      expect(headers[name]).toBeUndefined();
    }
  });

  it("are told who is calling, and not how that was proved", async () => {
    const users = await echo();
    const { port } = await startGateway({
      services: { users: [users.url] },
      consumers: CONSUMERS,
      routes: [
        {
          match: "/",
          policies: KEYED,
          compose: {
            user: {
              service: "users",
              path: "/of/{consumer}",
              headers: { "x-tenant": "t-{query.t}", "x-key": "{header.x-api-key}" },
            },
          },
        },
      ],
    });
    const reply = await ask(wire, port, { path: "/?t=7", headers: { "x-api-key": KEY, "x-tenant": "other" } });
    const { user } = JSON.parse(reply.text) as { user: { url: string; headers: Record<string, string> } };
    expect(user.url).toBe("/of/ada");
    expect(user.headers).toMatchObject({ "x-consumer-id": "ada", "x-consumer-roles": "admin", "x-tenant": "t-7" });
    expect(user.headers["x-api-key"]).toBeUndefined();
    // The config says so in as many words.
    expect(user.headers["x-key"]).toBe(KEY);
    // Nobody else may be given what was made for this caller.
    expect(reply.headers["cache-control"]).toBe("private");
    expect((await ask(wire, port)).status).toBe(401);
  });

  it("leave of their fields only what caches may do", async () => {
    const fields = { "set-cookie": "a=b", etag: '"1"', "last-modified": "x", server: "s", "x-own": "1" };
    const port = await composing({
      a: {
        headers: { ...fields, "cache-control": "public, max-age=60, s-maxage=90", vary: "accept-language, Accept" },
      },
      b: { headers: { "cache-control": "public, max-age=30", age: "10", vary: "x-tenant" } },
    });
    const { headers } = await ask(wire, port);
    expect(headers["cache-control"]).toBe("public, max-age=20");
    expect(headers["vary"]).toBe("accept-language, x-tenant");
    for (const name of Object.keys(fields)) expect(headers[name]).toBeUndefined();
  });

  it("pass the route's policies as any response does", async () => {
    const port = await composing(
      { a: { body: { text: "a".repeat(5_000) } } },
      { policies: { compress: { encodings: ["gzip"], minBytes: "1KiB" }, cors: { origins: ["http://p.test"] } } },
    );
    const { headers, status } = await ask(wire, port, {
      headers: { "accept-encoding": "gzip", origin: "http://p.test" },
    });
    expect([status, headers["content-encoding"]]).toEqual([200, "gzip"]);
    expect(headers["access-control-allow-origin"]).toBe("http://p.test");
  });

  it("are not asked again for what the route's cache holds, and never held where one is missing", async () => {
    const users = await startJson(({ url }) => ({ body: JSON.stringify(url) }));
    const state = { status: 500 };
    const orders = await startJson(() => ({ status: state.status, body: 1 }));
    const { port } = await startGateway({
      services: { users: [users.url], orders: { endpoints: [orders.url], retry: { attempts: 0 } } },
      routes: [
        {
          match: "/",
          policies: { cache: { ttl: "1m" } },
          compose: {
            user: { service: "users", path: "/{query.id}" },
            orders: { service: "orders", path: "/", optional: true },
          },
        },
      ],
    });
    const partial = '{"user":"/7","orders":null}';
    for (let i = 0; i < 2; i++) expect((await ask(wire, port, { path: "/?id=7" })).text).toBe(partial);
    expect(users.requests).toHaveLength(2);
    state.status = 200;
    const whole = '{"user":"/7","orders":1}';
    for (let i = 0; i < 3; i++) expect((await ask(wire, port, { path: "/?id=7" })).text).toBe(whole);
    expect(users.requests).toHaveLength(3);
    expect((await ask(wire, port, { path: "/?id=8" })).text).toBe('{"user":"/8","orders":1}');
    const head = await ask(wire, port, { method: "HEAD", path: "/?id=8" });
    expect([head.status, head.headers["cache-status"]]).toEqual([200, expect.stringContaining("hit")]);
  });

  it("are tried again at another endpoint, and their endpoints counted, as for any request", async () => {
    const users = await startJson({ body: 1 });
    const { gateway, port, finished } = await startGateway({
      services: { users: { endpoints: ["http://127.0.0.1:1", users.url], algorithm: "first" } },
      routes: [{ name: "all", match: "/", compose: { user: { service: "users", path: "/" } } }],
    });
    expect((await ask(wire, port)).text).toBe('{"user":1}');
    await until(() => atRest(gateway));
    expect(finished).toMatchObject([
      { routeName: "all", serviceName: "users", endpointId: users.url, attempts: 2, status: 200 },
      { routeName: "all", serviceName: undefined, attempts: 0, status: 200 },
    ]);
    const [dead, live] = gateway.service("users").upstream.endpoints;
    expect([dead?.failures, live?.requests]).toEqual([1, 1]);
  });

  it("wait for a service that starts, no longer than they may take", async () => {
    const users = await startJson({ body: 1 });
    const { gateway, port } = await startGateway({
      services: { users: { endpoints: [users.url], hold: "5s" } },
      routes: [
        {
          match: "/",
          compose: {
            user: { service: "users", path: "/" },
            quick: { service: "users", path: "/", timeout: "30ms", fallback: 0 },
          },
        },
      ],
    });
    gateway.setStarting("users", true);
    const reply = ask(wire, port);
    setTimeout(() => gateway.setStarting("users", false), 50);
    expect((await reply).text).toBe('{"user":1,"quick":0}');
    await until(() => atRest(gateway));
  });

  it("come over HTTP/2 where the service speaks it", async () => {
    const { createServer } = await import("node:http2");
    const server = createServer((_request, response) => {
      response.setHeader("content-type", "application/json");
      response.write('{"a":');
      response.end("1}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port: h2 } = server.address() as { port: number };
    const { gateway, port } = await startGateway({
      services: { users: { endpoints: [`http://127.0.0.1:${h2}`], http2: true } },
      routes: [{ match: "/", compose: { user: { service: "users", path: "/" } } }],
    });
    expect((await ask(wire, port)).text).toBe('{"user":{"a":1}}');
    await until(() => atRest(gateway));
    await gateway.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  it("are 502 where the connection ends in the middle of one", async () => {
    const users = await startEndpoint((request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write("[1,");
      setTimeout(() => request.socket.destroy(), 5);
    });
    const { gateway, port } = await startGateway({
      services: { users: { endpoints: [users.url], retry: { attempts: 0 } } },
      routes: [{ match: "/", compose: { user: { service: "users", path: "/" } } }],
    });
    const reply = await ask(wire, port);
    expect([reply.status, JSON.parse(reply.text).code]).toEqual([502, "GW0524"]);
    expect(JSON.parse(reply.text).detail).toContain("GW0303 Endpoint closed the connection");
    await until(() => atRest(gateway));
  });
});
