import { describe, expect, it } from "vitest";
import { type ConsideredRoute, compileRouter } from "../../src/routing/router.ts";
import { describeAsked, type VersioningSpec } from "../../src/routing/versions.ts";
import { requestOf, routesOf } from "./requests.ts";

const SPEC: VersioningSpec = {
  from: ["path", "header:Accept-Version", "query:version", "media-type"],
  default: "1",
  versions: { "1": {}, "2": {}, beta: {}, v7: {} },
};

type Matches = Record<string, unknown>;

/** "/users" of every version, or [match, version]. */
function inputOf(routes: Matches) {
  const pairs = Object.entries(routes).map(([name, route]) => [name, Array.isArray(route) ? route : [route]] as const);
  const matches = Object.fromEntries(pairs.map(([name, [match]]) => [name, match]));
  return routesOf(matches).map((route, i) => ({ ...route, version: pairs[i]?.[1][1] as string | undefined }));
}

function match(routes: Matches, request: string, headers: Record<string, string> = {}, spec = SPEC) {
  return compileRouter(inputOf(routes), spec).match(requestOf(request, headers));
}

/** The decision in one text. */
function decide(routes: Matches, request: string, headers: Record<string, string> = {}, spec = SPEC): string {
  const found = match(routes, request, headers, spec);
  if (found.kind === "unknown-version") return `unknown ${found.asked}`;
  if (found.kind === "version-missing") return `missing, of ${found.versions.join()}`;
  if (found.kind === "route") return `${Object.keys(routes)[found.route]} ${found.version?.name ?? "none"}`;
  return found.kind;
}

const USERS: Matches = { one: ["/users", "1"], two: ["/users", "2"], beta: ["/users", "beta"], v7: ["/users", "v7"] };

describe("the version that a request names", () => {
  it.each([
    ["/users", {}, "one 1"],
    ["/v1/users", {}, "one 1"],
    ["/v2/users/7", {}, "two 2"],
    ["/vbeta/users", {}, "beta beta"],
    ["/v7/users", {}, "v7 v7"],
    ["/vv7/users", {}, "not-found"],
    ["/V2/users", {}, "not-found"],
    ["/2/users", {}, "not-found"],
    ["/v2users", {}, "not-found"],
    ["/v1/v2/users", {}, "not-found"],
    ["/users/v2", {}, "one 1"],
    ["/users", { "accept-version": "2" }, "two 2"],
    ["/users", { "accept-version": "" }, "one 1"],
    ["/users", { "accept-version": "1, 2" }, "unknown 1, 2"],
    ["/users?version=2", {}, "two 2"],
    ["/users?version=", {}, "one 1"],
    ["/users?version=%32", {}, "two 2"],
    ["/users", { accept: "application/vnd.a.v2+json" }, "two 2"],
    // The first in the order of `from` counts, the others are not looked at.
    ["/v1/users?version=2", { "accept-version": "9" }, "one 1"],
    ["/users?version=2", { "accept-version": "1" }, "one 1"],
    ["/users?version=2", { accept: "application/vnd.a.v1+json" }, "two 2"],
  ])("%s %j: %s", (request, headers, expected) => {
    expect(decide(USERS, request, headers)).toBe(expected);
  });

  it("is taken off the path wherever it stands there, though another source counts", () => {
    const spec = { ...SPEC, from: ["header:accept-version", "path"] };
    expect(decide(USERS, "/v1/users", { "accept-version": "2" }, spec)).toBe("two 2");
    expect(decide(USERS, "/v9/users", { "accept-version": "2" }, spec)).toBe("not-found");
    expect(decide(USERS, "/v2/users", {}, spec)).toBe("two 2");
  });

  it("is not looked for in the path where that is no source", () => {
    const spec = { ...SPEC, from: ["header:accept-version"] };
    expect(decide({ ...USERS, own: "/v1/users" }, "/v1/users", {}, spec)).toBe("own 1");
    expect(decide(USERS, "/v9/users", {}, spec)).toBe("not-found");
  });
});

describe("an unknown version", () => {
  it.each([
    ["/v9/users", {}, "unknown v9"],
    ["/v1.5/users", {}, "unknown v1.5"],
    ["/v2024-01-01", {}, "unknown v2024-01-01"],
    ["/v8-engine/users", {}, "not-found"],
    ["/vx/users", {}, "not-found"],
    ["/users", { "accept-version": "v1" }, "unknown v1"],
    ["/users?version=3", {}, "unknown 3"],
    ["/users", { accept: "application/vnd.a.v3+json" }, "unknown 3"],
  ])("%s %j: %s", (request, headers, expected) => {
    expect(decide(USERS, request, headers)).toBe(expected);
  });

  it("is none where a route's own path begins with it", () => {
    expect(decide({ ...USERS, old: "/v9/legacy" }, "/v9/legacy")).toBe("old 1");
    expect(decide({ ...USERS, old: "/v9/legacy" }, "/v9/users")).toBe("not-found");
    expect(decide({ ...USERS, old: "/v9/legacy" }, "/v9/legacy", { "accept-version": "2" })).toBe("old 2");
  });

  it("by path is named as the versions are", () => {
    expect(decide({ all: "/" }, "/v9/users", {}, { from: ["path"], versions: { "1": {} } })).toBe("unknown 9");
  });
});

describe("routes without a version", () => {
  const routes = { ...USERS, all: "/all" };

  it("serve all of them, and requests that name none", () => {
    for (const request of ["/all", "/v1/all", "/v2/all/x"]) expect(decide(routes, request)).toMatch(/^all /);
    expect(decide(routes, "/all", {}, { ...SPEC, default: undefined })).toBe("all none");
  });

  it("are all that serves requests that name none, where there is no default", () => {
    const spec = { ...SPEC, default: undefined };
    expect(decide(routes, "/users", {}, spec)).toBe("missing, of 1,2,beta,v7");
    expect(decide({ one: ["/a", "1"], two: [{ path: "/a", method: "POST" }, "2"] }, "/a", {}, spec)).toBe(
      "missing, of 1",
    );
    expect(decide(routes, "/nowhere", {}, spec)).toBe("not-found");
  });
});

describe("precedence", () => {
  const cases: [string, Matches, string, Record<string, string>, string][] = [
    ["a version beats none", { all: "/a", two: ["/a", "2"] }, "/v2/a", {}, "two 2"],
    ["none takes what the version does not", { two: ["/a", "2"], all: "/a" }, "/v1/a", {}, "all 1"],
    ["the longer prefix beats a version", { two: ["/a", "2"], all: "/a/b" }, "/v2/a/b", {}, "all 2"],
    ["a literal beats a version", { two: ["/a/{x}", "2"], all: "/a/b" }, "/v2/a/b", {}, "all 2"],
    [
      "a host beats a version",
      { two: ["/a", "2"], host: { host: "x.y", path: "/a" } },
      "GET http://x.y/v2/a",
      {},
      "host 2",
    ],
    ["a version beats a method", { get: { path: "/a", method: "GET" }, two: ["/a", "2"] }, "/v2/a", {}, "two 2"],
    [
      "a version beats headers",
      { head: { path: "/a", headers: { n: "1", m: "1" } }, two: ["/a", "2"] },
      "/v2/a",
      { n: "1", m: "1" },
      "two 2",
    ],
    [
      "within a version, all else holds",
      { two: ["/a", "2"], get: [{ path: "/a", method: "GET" }, "2"] },
      "/v2/a",
      {},
      "get 2",
    ],
  ];

  it.each(cases)("%s", (_, routes, request, headers, expected) => {
    expect(decide(routes, request, headers)).toBe(expected);
  });
});

describe("what goes with the decision", () => {
  it("is the version, how it was named, and the captures of the path below it", () => {
    const found = match({ a: ["/o/{id}", "2"] }, "/v2/o/7");
    expect(found).toMatchObject({ captures: { id: "7" }, version: { name: "2", inPath: true, varies: [] } });
    expect(describeAsked((found as unknown as { version: never }).version)).toBe("version 2, by path");
  });

  it("is by which fields it may vary: all that were looked at", () => {
    const varies = (request: string, headers = {}): unknown => {
      const found = match({ ...USERS, all: "/all" }, request, headers);
      return "varies" in found ? found.varies : "version" in found ? found.version?.varies : undefined;
    };
    expect(varies("/v2/users")).toEqual([]);
    expect(varies("/users", { "accept-version": "2" })).toEqual(["accept-version"]);
    expect(varies("/users?version=2")).toEqual(["accept-version"]);
    expect(varies("/users")).toEqual(["accept-version", "accept"]);
    expect(varies("/users", { "accept-version": "9" })).toEqual(["accept-version"]);
    expect(varies("/v1/nowhere")).toEqual([]);
  });

  it("is the same object for requests that name a version in the same way: it may be looked things up by", () => {
    const router = compileRouter(inputOf(USERS), SPEC);
    const version = (request: string) => (router.match(requestOf(request)) as { version?: object }).version;
    expect(version("/v2/users")).toBe(version("/v2/users/7"));
    expect(version("/v2/users")).not.toBe(version("/users?version=2"));
    expect(version("/v2/nowhere")).toBe(version("/v2/users"));
  });

  it("is the methods of that version alone, of a 405", () => {
    const routes = { one: [{ path: "/a", method: "PUT" }, "1"], two: [{ path: "/a", method: ["POST", "GET"] }, "2"] };
    const found = match(routes, "DELETE http://x/v2/a");
    expect(found).toMatchObject({ kind: "method-not-allowed", allow: ["GET", "HEAD", "POST"], version: { name: "2" } });
  });
});

describe("a CORS preflight", () => {
  const routes = { one: ["/a", "1"], two: [{ path: "/b", method: "PUT" }, "2"], beta: ["/b", "beta"] };
  const asking = (method: string, path: string, headers = {}, spec: VersioningSpec = SPEC): string => {
    const fields = { origin: "http://o", "access-control-request-method": method, ...headers };
    return decide(routes, `OPTIONS http://x${path}`, fields, spec);
  };

  it("takes the first version that has a route, where it names none", () => {
    expect(asking("GET", "/a")).toBe("one 1");
    expect(asking("PUT", "/b")).toBe("two 2");
    expect(asking("GET", "/b")).toBe("beta beta");
    expect(asking("PUT", "/b", {}, { ...SPEC, default: undefined })).toBe("two 2");
    expect(asking("PUT", "/c")).toBe("not-found");
  });

  it("takes the one that it names", () => {
    expect(asking("PUT", "/v1/b")).toBe("not-found");
    expect(asking("GET", "/vbeta/b")).toBe("beta beta");
  });

  it("is the only request that does", () => {
    expect(decide(routes, "OPTIONS http://x/b", { origin: "http://o" })).toBe("not-found");
    expect(decide(routes, "PUT http://x/b", { origin: "http://o" })).toBe("not-found");
  });

  it("is told why", () => {
    const considered: ConsideredRoute[] = [];
    const headers = { origin: "http://o", "access-control-request-method": "PUT" };
    compileRouter(inputOf(routes), SPEC).match(requestOf("OPTIONS http://x/b", headers), { considered });
    expect(considered.map(({ chosen, reason }) => `${chosen} ${reason}`)).toEqual([
      "false path /b is not under /a",
      "true matched /b",
      "false request names no version, so 2, the first that has a route for this preflight; route serves version beta",
    ]);
  });
});

describe("claims", () => {
  it("are asked for in the version that is named", () => {
    const routes = { gold: [{ path: "/a", claims: { plan: "gold" } }, "2"], all: "/a" };
    const router = compileRouter(inputOf(routes), SPEC);
    expect(router.match(requestOf("/v2/a"))).toMatchObject({ kind: "needs-authenticate", route: 0 });
    expect(router.match(requestOf("/v1/a"))).toMatchObject({ kind: "route", route: 1 });
    const known = { get: () => ({ plan: "gold" }) };
    expect(router.match(requestOf("/v2/a"), undefined, known)).toMatchObject({ route: 0, version: { name: "2" } });
  });
});

describe("explanations", () => {
  function reasons(routes: Matches, request: string, headers = {}, spec = SPEC): string[] {
    const considered: ConsideredRoute[] = [];
    compileRouter(inputOf(routes), spec).match(requestOf(request, headers), { considered });
    return considered.map(({ route, chosen, reason }) => `${route}${chosen ? "*" : ""}: ${reason}`);
  }

  it("say which version was named, how, and which the route serves", () => {
    const routes = { one: ["/users", "1"], two: ["/users", "2"], all: "/users", other: ["/x", "1"] };
    expect(reasons(routes, "/users", { "accept-version": "2" })).toEqual([
      "one: request names version 2, by header accept-version; route serves version 1",
      "two*: matched /users",
      "all: matched, but two is more specific: it names the version",
      "other: path /users is not under /x",
    ]);
    expect(reasons(routes, "/users")[1]).toBe(
      "two: request names no version, so 1, the default; route serves version 2",
    );
    const none = { ...SPEC, default: undefined };
    expect(reasons(routes, "/users", {}, none)[0]).toBe("one: request names no version; route serves version 1");
  });

  it("say so of every route where the version is not known", () => {
    expect(reasons(USERS, "/v9/users")).toEqual(
      ["one", "two", "beta", "v7"].map((name) => `${name}: there is no version "v9", only 1, 2, beta, v7`),
    );
  });
});
