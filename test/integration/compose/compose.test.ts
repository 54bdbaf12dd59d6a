import { describe, expect, it } from "vitest";
import { leastTime } from "../../helpers/cost.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { atRest, startGateway } from "../../helpers/gateway.ts";
import { until } from "../../helpers/eventually.ts";
import { ask, type Reply, WIRES } from "../../helpers/wires.ts";
import { type JsonAnswer, startJson } from "./services.ts";

/** Nobody listens there. */
const DEAD = "http://127.0.0.1:1";

function routeOf(compose: object, more: object = {}): object[] {
  return [{ name: "dashboard", match: { path: { exact: "/dashboard" } }, compose, ...more }];
}

function problemOf(reply: Reply): { status: number; code: string; detail: string } {
  const { code, detail } = JSON.parse(reply.text) as { code: string; detail: string };
  return { status: reply.status, code, detail };
}

describe.each(WIRES)("a composition over %s", (wire) => {
  it("is one object of all parts, in the order of the config, octet for octet", async () => {
    // Digits that a double does not hold, a key that stands twice, and white space stay as they came.
    const text = '{ "id": 12345678901234567890, "x": 1.10, "x": 2, "name": "Zoë" }';
    const users = await startJson({ body: text, after: 20 });
    const orders = await startJson({ body: [1, 2] });
    const { gateway, port } = await startGateway({
      services: { users: [users.url], orders: [orders.url] },
      routes: routeOf({
        user: { service: "users", path: "/users/7" },
        orders: { service: "orders", path: "/orders?user=7" },
      }),
    });
    const reply = await ask(wire, port, { path: "/dashboard" });
    expect(reply.status).toBe(200);
    expect(reply.headers["content-type"]).toBe("application/json");
    expect(reply.text).toBe(`{"user":${text},"orders":[1,2]}`);
    expect(reply.headers["content-length"]).toBe(String(Buffer.byteLength(reply.text)));
    expect(reply.headers["gatewayctl-partial"]).toBeUndefined();
    expect([users.requests[0]?.url, orders.requests[0]?.url]).toEqual(["/users/7", "/orders?user=7"]);
    await until(() => atRest(gateway));
  });

  it("takes as long as its slowest part, not as all of them", async () => {
    const [a, b, c] = await Promise.all([20, 50, 80].map((after) => startJson({ body: after, after })));
    const { port } = await startGateway({
      services: { a: [a?.url], b: [b?.url], c: [c?.url] },
      routes: routeOf(Object.fromEntries(["a", "b", "c"].map((service) => [service, { service, path: "/" }]))),
    });
    const took = await leastTime(async () => {
      expect((await ask(wire, port, { path: "/dashboard" })).text).toBe('{"a":20,"b":50,"c":80}');
    }, 100);
    // One after the other, they would take 150.
    expect(took).toBeGreaterThan(75);
    expect(took).toBeLessThan(100);
  });

  it("asks for a part when what it needs is there, and takes as long as the slowest chain", async () => {
    const users = await startJson(({ url }) => ({ body: { id: `of ${url}`, home: { city: 3 } }, after: 30 }));
    const orders = await startJson(({ url }) => ({ body: { url }, after: 30 }));
    const slow = await startJson({ body: "null", after: 60 });
    const { port } = await startGateway({
      services: { users: [users.url], orders: [orders.url], slow: [slow.url] },
      routes: routeOf({
        orders: { service: "orders", path: "/orders/{user.body.id}?city={user.body.home.city}&s={user.status}" },
        user: { service: "users", path: "/users/{query.id}" },
        slow: { service: "slow", path: "/" },
      }),
    });
    const took = await leastTime(async () => {
      const reply = await ask(wire, port, { path: "/dashboard?id=7" });
      expect(JSON.parse(reply.text)).toEqual({
        orders: { url: "/orders/of%20%2Fusers%2F7?city=3&s=200" },
        user: { id: "of /users/7", home: { city: 3 } },
        slow: null,
      });
    }, 100);
    // 30 and 30, beside 60: one after the other, they would take 120.
    expect(took).toBeGreaterThan(55);
    expect(took).toBeLessThan(100);
  });

  it("is sent without an optional part, marked, and not to be stored", async () => {
    const users = await startJson({ body: { id: 7 }, headers: { "cache-control": "max-age=60" } });
    const broken = await startJson({ status: 500, body: { id: 7 } });
    const { port, finished } = await startGateway({
      services: { users: [users.url], orders: [DEAD], cart: [broken.url] },
      routes: routeOf({
        user: { service: "users", path: "/" },
        orders: { service: "orders", path: "/", optional: true },
        cart: { service: "cart", path: "/", fallback: { items: [] } },
      }),
    });
    const reply = await ask(wire, port, { path: "/dashboard" });
    expect(reply.status).toBe(200);
    expect(reply.text).toBe('{"user":{"id":7},"orders":null,"cart":{"items":[]}}');
    expect(reply.headers["gatewayctl-partial"]).toBe("orders, cart");
    expect(reply.headers["cache-control"]).toBe("no-store");
    const [served] = finished.filter(
      ({ routeName, serviceName }) => routeName === "dashboard" && serviceName === undefined,
    );
    expect(served).toMatchObject({ status: 200, attempts: 0, code: undefined });
  });

  it("lets a fallback stand in for later parts, too", async () => {
    const orders = await startJson(({ url }) => ({ body: { url } }));
    const { port } = await startGateway({
      services: { users: [DEAD], orders: [orders.url] },
      routes: routeOf({
        user: { service: "users", path: "/", fallback: { id: 0 } },
        orders: { service: "orders", path: "/of/{user.body.id}" },
        status: { service: "orders", path: "/at/{user.status}", optional: true },
      }),
    });
    const reply = await ask(wire, port, { path: "/dashboard" });
    expect(JSON.parse(reply.text)).toEqual({ user: { id: 0 }, orders: { url: "/of/0" }, status: null });
    expect(reply.headers["gatewayctl-partial"]).toBe("user, status");
  });

  it.each<[what: string, answer: JsonAnswer, detail: RegExp, limits?: object]>([
    ["answers with an error", { status: 500 }, /^The part user \(http:\/\/127.0.0.1:\d+\) answered 500\.$/],
    ["redirects", { status: 302, headers: { location: "/" } }, /answered 302\.$/],
    ["sends what is no JSON", { body: "{" }, /answered 200 with what is not JSON\.$/],
    [
      "sends a page",
      { body: "1", headers: { "content-type": "text/html" } },
      /answered 200 with text\/html, not JSON\.$/,
    ],
    ["sends nothing", { body: "" }, /answered 200 with an empty body, not JSON\.$/],
    ["sends too much", { body: JSON.stringify("x".repeat(3000)) }, /answered with more than 2048 bytes\.$/],
    [
      "sends too much in chunks",
      { body: JSON.stringify("x".repeat(3000)), headers: { "transfer-encoding": "chunked" } },
      /more than 2048 bytes/,
    ],
    ["codes its body unasked", { body: "1", headers: { "content-encoding": "x-rot13" } }, /a body coded as x-rot13/],
    ["does not answer", { after: Number.POSITIVE_INFINITY }, /did not answer within 50 ms\.$/, { timeout: "50ms" }],
  ])("is 502 where a part that is needed %s, naming it in development", async (_what, answer, detail, limits = {}) => {
    const users = await startJson(answer);
    const others = await startJson({ body: 1 });
    const { gateway, port } = await startGateway({
      services: { users: { endpoints: [users.url], retry: { attempts: 0 } }, others: [others.url] },
      routes: routeOf({
        user: { service: "users", path: "/", maxBytes: "2KiB", ...limits },
        others: { service: "others", path: "/" },
      }),
    });
    expect(problemOf(await ask(wire, port, { path: "/dashboard" }))).toEqual({
      status: 502,
      code: "GW0524",
      detail: expect.stringMatching(detail),
    });
    await until(() => atRest(gateway));
  });

  it("is 502 where no part succeeds, though each could be left out", async () => {
    const { port } = await startGateway({
      services: { a: [DEAD] },
      routes: routeOf({
        a: { service: "a", path: "/", optional: true },
        b: { service: "a", path: "/", optional: true },
      }),
    });
    expect(problemOf(await ask(wire, port, { path: "/dashboard" }))).toMatchObject({ status: 502, code: "GW0524" });
  });

  it("gives up the other parts when one that is needed fails", async () => {
    const gone: string[] = [];
    const slow = await startEndpoint((request) => void request.on("close", () => gone.push("slow")));
    const users = await startJson({ status: 500, after: 30 });
    const { gateway, port } = await startGateway({
      services: { users: [users.url], slow: [slow.url] },
      routes: routeOf({ slow: { service: "slow", path: "/" }, user: { service: "users", path: "/" } }),
    });
    expect((await ask(wire, port, { path: "/dashboard" })).status).toBe(502);
    await until(() => gone.length === 1 && atRest(gateway));
  });

  it.each([401, 403, 404, 410, 429])("passes a needed part's %i on", async (status) => {
    const headers = {
      "www-authenticate": "Bearer",
      "retry-after": "7",
      "set-cookie": "a=b",
      "content-type": "text/plain",
    };
    const users = await startJson({ status, body: "no such user", headers });
    const { port } = await startGateway({
      services: { users: [users.url] },
      routes: routeOf({ user: { service: "users", path: "/" } }),
    });
    const reply = await ask(wire, port, { path: "/dashboard" });
    expect([reply.status, reply.text, reply.headers["content-type"]]).toEqual([status, "no such user", "text/plain"]);
    expect([reply.headers["www-authenticate"], reply.headers["retry-after"]]).toEqual(["Bearer", "7"]);
    expect(reply.headers["set-cookie"]).toBeUndefined();
  });

  it("passes what `pass` says, and nothing else", async () => {
    const users = await startJson(({ url }) => ({ status: Number(url?.slice(1)), body: 1 }));
    const { port } = await startGateway({
      services: { users: { endpoints: [users.url], retry: { attempts: 0 } } },
      routes: routeOf({ user: { service: "users", path: "/{query.s}", pass: [409, 503] } }),
    });
    const statusOf = async (asked: number) => (await ask(wire, port, { path: `/dashboard?s=${asked}` })).status;
    expect([await statusOf(409), await statusOf(503), await statusOf(404)]).toEqual([409, 503, 502]);
  });

  it("is 400 where the request lacks what a part needs, and asks nobody for it", async () => {
    const users = await startJson({});
    const { port } = await startGateway({
      services: { users: [users.url] },
      routes: routeOf({ user: { service: "users", path: "/users/{query.id}/{header.x-tenant}" } }),
    });
    const detailOf = async (query: string, headers: Record<string, string> = {}) =>
      problemOf(await ask(wire, port, { path: `/dashboard${query}`, headers }));
    const common = { status: 400, code: "GW0525" };
    expect(await detailOf("")).toEqual({
      ...common,
      detail: "The part user cannot be asked for: {query.id} is missing.",
    });
    expect(await detailOf("?id=")).toMatchObject({ ...common, detail: expect.stringContaining("{query.id} is empty") });
    expect(await detailOf("?id=..", { "x-tenant": "a" })).toMatchObject({
      ...common,
      detail: expect.stringContaining("dot segment"),
    });
    expect(await detailOf("?id=%2e%2e%2fadmin", { "x-tenant": "a" })).toMatchObject(common);
    expect(await detailOf("?id=7%00", { "x-tenant": "a" })).toMatchObject(common);
    expect(users.requests).toHaveLength(0);
  });

  it("never lets a value be more than one segment, one value of the query or one line", async () => {
    const users = await startJson(({ url, headers }) => ({ body: { url, x: headers["x-a"] } }));
    const { port } = await startGateway({
      services: { users: [users.url] },
      routes: [
        {
          match: { path: "/u/{name}" },
          compose: {
            user: {
              service: "users",
              path: "/of/{query.id}/{name}?q={query.id}&n={name}",
              headers: { "x-a": "<{query.id}>" },
            },
          },
        },
      ],
    });
    const odd = "a/b?c&d=e#f g+h%";
    const reply = await ask(wire, port, { path: `/u/x%2Fy;z=1&b?id=${encodeURIComponent(odd)}` });
    const encoded = encodeURIComponent(odd);
    expect(JSON.parse(reply.text)).toEqual({
      user: { url: `/of/${encoded}/x%2Fy%3Bz%3D1%26b?q=${encoded}&n=x%2Fy%3Bz%3D1%26b`, x: `<${odd}>` },
    });
    const split = await ask(wire, port, { path: `/u/a?id=a${encodeURIComponent("\r\nx-admin: 1")}` });
    expect([split.status, problemOf(split).detail]).toEqual([400, expect.stringContaining("control character")]);
  });

  it("answers HEAD without the body, OPTIONS with what is allowed, and refuses the rest", async () => {
    const users = await startJson({ body: { id: 7 } });
    const { port } = await startGateway({
      services: { users: [users.url] },
      routes: routeOf({ user: { service: "users", path: "/" } }),
    });
    const head = await ask(wire, port, { method: "HEAD", path: "/dashboard" });
    expect([head.status, head.text, head.headers["content-length"]]).toEqual([200, "", "17"]);
    expect(users.requests[0]?.method).toBe("GET");
    const options = await ask(wire, port, { method: "OPTIONS", path: "/dashboard" });
    expect([options.status, options.headers["allow"]]).toEqual([204, "GET, HEAD, OPTIONS"]);
    const post = await ask(wire, port, { method: "POST", path: "/dashboard", body: "x" });
    expect([post.status, problemOf(post).code, post.headers["allow"]]).toEqual([405, "GW0202", "GET, HEAD, OPTIONS"]);
    expect(users.requests).toHaveLength(1);
  });

  it("gives the client's body to the parts that are asked with another method", async () => {
    const search = await startJson(({ method, headers }, body) => ({
      body: { method, type: headers["content-type"], body },
    }));
    const users = await startJson(({ headers }, body) => ({
      body: { length: headers["content-length"] ?? null, body },
    }));
    const { port } = await startGateway({
      services: { search: [search.url], users: [users.url] },
      routes: routeOf({
        found: { service: "search", path: "/search", method: "POST" },
        user: { service: "users", path: "/" },
      }),
    });
    const body = '{"q":"x"}';
    const headers = { "content-type": "application/json" };
    const reply = await ask(wire, port, { method: "POST", path: "/dashboard", body, headers });
    expect(JSON.parse(reply.text)).toEqual({
      found: { method: "POST", type: "application/json", body },
      user: { length: null, body: "" },
    });
    const bare = await ask(wire, port, { path: "/dashboard" });
    expect(JSON.parse(bare.text).found).toEqual({ method: "POST", body: "" });
    const large = await ask(wire, port, { method: "POST", path: "/dashboard", body: "x".repeat(1024 * 1024 + 1) });
    expect([large.status, problemOf(large).code]).toEqual([413, "GW0206"]);
  });
});
