import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { ask, type Reply, WIRES } from "../../helpers/wires.ts";

const VERSIONING = {
  from: ["path", "header:accept-version", "query:version", "media-type"],
  default: "1",
  versions: {
    "1": { deprecated: "2026-06-01", sunset: "2027-01-01", link: "https://example.com/migrate" },
    "2": {},
  },
};

/** What a response says of its version. */
function versionFields({ headers }: Reply): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => ["deprecation", "sunset", "link", "vary"].includes(name)),
  );
}

/** Of 2026-06-01 and 2027-01-01, as RFC 9745 and RFC 8594 have dates: `date -u -d 2026-06-01 +%s` is 1780272000. */
const OLD = {
  deprecation: "@1780272000",
  sunset: "Fri, 01 Jan 2027 00:00:00 GMT",
  link: '<https://example.com/migrate>; rel="deprecation", <https://example.com/migrate>; rel="sunset"',
};

async function start(routes: object[], versioning: object = VERSIONING) {
  const [first, second] = [await startEndpoint(), await startEndpoint()];
  const { port, finished } = await startGateway({
    versioning,
    services: { one: [first.url], two: [second.url] },
    routes,
  });
  return { port, finished, first, second };
}

const USERS = [
  { name: "users-1", match: "/users", version: "1", service: "one" },
  { name: "users-2", match: "/users", version: "2", service: "two" },
];

describe.each(WIRES)("versions over %s", (wire) => {
  it("are named by path, header, query or media type, in that order, or else the default", async () => {
    const { port, finished, first, second } = await start(USERS);
    const asked: [path: string, headers: Record<string, string>][] = [
      ["/v2/users/7?a=1", {}],
      ["/v1/users", { "accept-version": "2" }],
      ["/users", { "accept-version": "2" }],
      ["/users?version=2", {}],
      ["/users?version=1", { accept: "application/json; version=2" }],
      ["/users", { accept: "application/vnd.shop.v2+json" }],
      ["/users", {}],
      ["/%761", {}],
      ["/v2", {}],
    ];
    for (const [path, headers] of asked) await ask(wire, port, { path, headers });
    const routed = finished.map(({ routeName, status }) => `${routeName} ${status}`);
    expect(routed).toEqual([
      "users-2 200",
      "users-1 200",
      "users-2 200",
      "users-2 200",
      "users-1 200",
      "users-2 200",
      "users-1 200",
      "undefined 404",
      "undefined 404",
    ]);
    expect(second.requests.map(({ url }) => url)).toEqual(["/users/7?a=1", "/users", "/users?version=2", "/users"]);
    expect(first.requests.map(({ url }) => url)).toEqual(["/users", "/users?version=1", "/users"]);
  });

  it("say on every response what is deprecated, and by which fields it varies", async () => {
    const { port } = await start([
      ...USERS,
      { match: { path: "/closed" }, version: "1", service: "one", policies: { authenticate: [{ apiKey: {} }] } },
      { match: "/ping", respond: { status: 200, body: "pong" } },
    ]);
    const fields = async (path: string, headers = {}) => {
      const reply = await ask(wire, port, { path, headers });
      return { status: reply.status, ...versionFields(reply) };
    };
    expect(await fields("/v1/users")).toEqual({ status: 200, ...OLD });
    expect(await fields("/v2/users")).toEqual({ status: 200 });
    expect(await fields("/users", { "accept-version": "1" })).toEqual({ status: 200, ...OLD, vary: "accept-version" });
    expect(await fields("/users", { "accept-version": "2" })).toEqual({ status: 200, vary: "accept-version" });
    expect(await fields("/users")).toEqual({ status: 200, ...OLD, vary: "accept-version, accept" });
    // The gateway's own answers, errors and all.
    expect(await fields("/v1/closed")).toEqual({ status: 401, ...OLD });
    expect(await fields("/v1/nowhere")).toEqual({ status: 404, ...OLD });
    expect(await fields("/v1/ping")).toEqual({ status: 200, ...OLD });
    expect(await fields("/users", { "accept-version": "9" })).toEqual({ status: 400, vary: "accept-version" });
  });

  it("replace what the endpoint says of deprecation, and leave its Link and Vary beside theirs", async () => {
    const endpoint = await startEndpoint((_, response) => {
      response.setHeader("Deprecation", "true");
      response.setHeader("Link", "</users?page=2>; rel=next");
      response.setHeader("Vary", "accept-language");
      response.end();
    });
    const { port } = await startGateway({
      versioning: { ...VERSIONING, from: ["header:accept-version"] },
      services: { app: [endpoint.url] },
      routes: [{ match: "/", service: "app" }],
    });
    const reply = await ask(wire, port, { headers: { "accept-version": "1" } });
    expect(versionFields(reply)).toEqual({
      ...OLD,
      link: `</users?page=2>; rel=next, ${OLD.link}`,
      vary: "accept-language, accept-version",
    });
  });

  it("that do not exist are answered with those that do", async () => {
    const { port, first, second } = await start(USERS);
    const refusals: [path: string, headers: Record<string, string>][] = [
      ["/v9/users", {}],
      ["/users", { "accept-version": "v2" }],
      ["/users?version=3.1", {}],
      ["/users", { accept: "application/vnd.shop.v3+json" }],
    ];
    for (const [path, headers] of refusals) {
      const { status, text } = await ask(wire, port, { path, headers });
      expect([status, JSON.parse(text)]).toMatchObject([400, { code: "GW0529", versions: ["1", "2"] }]);
      expect(JSON.parse(text).detail).toContain("There are: 1, 2.");
    }
    expect([...first.requests, ...second.requests]).toEqual([]);
  });

  it("have to be named where nothing else would be routed, and there is no default", async () => {
    const { port } = await start([...USERS, { match: "/all", service: "one" }], { ...VERSIONING, default: undefined });
    const { status, text } = await ask(wire, port, { path: "/users" });
    expect([status, JSON.parse(text)]).toMatchObject([400, { code: "GW0530", versions: ["1", "2"] }]);
    expect((await ask(wire, port, { path: "/all" })).status).toBe(200);
    expect((await ask(wire, port, { path: "/nowhere" })).status).toBe(404);
  });

  it("let a browser ask first, though its preflight cannot name the version", async () => {
    const cors = { origins: ["http://page.test"], headers: ["accept-version"] };
    const { port, second } = await start([
      USERS[0] as object,
      { name: "new", match: { path: "/new", method: "PUT" }, version: "2", service: "two", policies: { cors } },
    ]);
    const headers = { origin: "http://page.test", "access-control-request-method": "PUT" };
    const preflight = await ask(wire, port, { method: "OPTIONS", path: "/new", headers });
    expect([preflight.status, preflight.headers["access-control-allow-origin"]]).toEqual([204, "http://page.test"]);
    const put = { method: "PUT", path: "/new", headers: { origin: "http://page.test", "accept-version": "2" } };
    expect((await ask(wire, port, put)).status).toBe(200);
    expect(second.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(["PUT /new"]);
  });

  it("stay in the path where the route says so, in front of what it rewrites", async () => {
    const { port, first } = await start([
      { match: "/a", service: "one", keepVersionPath: true },
      { match: "/b", service: "one", keepVersionPath: true, rewrite: { stripPrefix: true } },
      { match: "/c", service: "one", rewrite: { path: "/x", host: "c.internal" } },
      { match: "/d", service: "one", rewrite: { stripPrefix: true } },
    ]);
    for (const path of ["/v2/a/1?q", "/a/1", "/v2/b/1?q", "/v2/c/1", "/v2/d", "/d/1", "/v2//d"])
      await ask(wire, port, { path });
    expect(first.requests.map(({ url }) => url)).toEqual(["/v2/a/1?q", "/a/1", "/v2/1?q", "/x/1", "/", "/1"]);
    expect(first.requests[3]?.headers.host).toBe("c.internal");
  });
});
