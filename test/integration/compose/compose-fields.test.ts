import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
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

describe("a part's body", () => {
  async function failing(write: (response: ServerResponse) => void, timeout: string): Promise<string> {
    const users = await startEndpoint((_request, response) => write(response));
    const { gateway, port } = await startGateway({
      services: { users: { endpoints: [users.url], retry: { attempts: 0 } } },
      routes: [{ match: "/", compose: { user: { service: "users", path: "/", timeout, maxBytes: "2KiB" } } }],
    });
    const reply = await ask("HTTP/1.1", port);
    await until(() => atRest(gateway));
    return (JSON.parse(reply.text) as { detail: string }).detail;
  }

  it("is not waited for where it is announced to be too long", async () => {
    const announce = (response: ServerResponse): void =>
      void response.writeHead(200, { "content-length": "2049" }).write("[");
    expect(await failing(announce, "30s")).toContain("answered with more than 2048 bytes");
  });

  it("has to be there in time, however often a little of it comes", async () => {
    const drip = (response: ServerResponse): void => {
      const timer = setInterval(() => response.write(" "), 5);
      response.on("close", () => clearInterval(timer));
    };
    expect(await failing(drip, "60ms")).toContain("did not answer within 60 ms");
  });
});

describe("a composition", () => {
  it("is given up with all of its parts when the client leaves", async () => {
    let open = 0;
    const users = await startEndpoint((request) => {
      open++;
      request.on("close", () => open--);
    });
    const { gateway, port, finished } = await startGateway({
      services: { users: [users.url] },
      routes: [
        {
          match: "/",
          compose: {
            a: { service: "users", path: "/" },
            b: { service: "users", path: "/" },
            c: { service: "users", path: "/{a.status}" },
          },
        },
      ],
    });
    const client = connect(port, "127.0.0.1");
    client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await until(() => open === 2);
    client.destroy();
    await until(() => open === 0 && atRest(gateway));
    expect(users.requests).toHaveLength(2);
    expect(finished.map(({ serviceName, status }) => [serviceName, status])).toEqual([
      ["users", 499],
      ["users", 499],
      [undefined, 499],
    ]);
  });

  it("says nothing of its parts to other machines", async () => {
    const users = await startJson({ status: 500 });
    const { port } = await startGateway({
      listeners: [{ http: "0.0.0.0:0" }],
      services: { users: { endpoints: [users.url], retry: { attempts: 0 } } },
      routes: [{ match: "/", compose: { user: { service: "users", path: "/{query.id}" } } }],
    });
    const failed = await ask("HTTP/1.1", port, { path: "/?id=1" });
    expect([failed.status, failed.text.includes("user ")]).toEqual([502, false]);
    expect(failed.text).not.toContain("127.0.0.1");
    expect(failed.headers["server-timing"]).toBeUndefined();
    // What the client left out, it may know.
    expect(JSON.parse((await ask("HTTP/1.1", port)).text).detail).toContain("{query.id} is missing");
  });

  it("is refused where a part leads back to it", async () => {
    const later: { url: string } = { url: "" };
    const relay = await startEndpoint((request, response) => {
      void fetch(`${later.url}${request.url}`, { headers: { via: String(request.headers["via"]) } }).then(
        async (answer) => {
          response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
          response.end(await answer.text());
        },
      );
    });
    const { port, url } = await startGateway({
      services: { loop: { endpoints: [relay.url], retry: { attempts: 0 } } },
      routes: [{ match: "/", compose: { loop: { service: "loop", path: "/" } } }],
    });
    later.url = url;
    const reply = await ask("HTTP/1.1", port);
    expect([reply.status, JSON.parse(reply.text).detail]).toEqual([502, expect.stringContaining("answered 508")]);
    expect(relay.requests).toHaveLength(1);
  });

  it("tells on this machine how long each part took", async () => {
    const port = await composing({ a: { after: 20 }, b: {} });
    const { headers } = await ask("HTTP/1.1", port);
    const [, a = "", b = ""] = /^a;dur=([\d.]+), b;dur=([\d.]+)$/.exec(String(headers["server-timing"])) ?? [];
    expect(Number(a)).toBeGreaterThan(15);
    expect(Number(b)).toBeLessThan(Number(a));
  });
});
