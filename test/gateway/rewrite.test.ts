import { describe, expect, it } from "vitest";
import { compileRewrite } from "../../src/gateway/rewrite.ts";
import { compileRouter } from "../../src/routing/router.ts";
import { normalizePath } from "../../src/routing/path.ts";
import { configOf, startGateway } from "../helpers/gateway.ts";
import { startEndpoint } from "../helpers/endpoints.ts";
import { facts } from "./facts.ts";

/** The target and Host of a request to `target`, rewritten by a route with this match and rewrite. */
function rewritten(match: unknown, rewrite: unknown, target: string) {
  const config = configOf({
    services: { a: { endpoints: ["http://127.0.0.1:1"] } },
    routes: [{ name: "a", match, service: "a", rewrite }],
  });
  const [rawPath = "", query = ""] = target.split("?");
  const found = compileRouter(config.routes).match(facts({ path: normalizePath(rawPath) ?? rawPath, query }));
  if (found.kind !== "route") throw new Error(`${target} is not routed: ${found.kind}`);
  const rewriter = compileRewrite(config.routes[0] as (typeof config.routes)[number]);
  return rewriter?.({ rawPath, query }, found);
}

const target = (match: unknown, rewrite: unknown, sent: string): string | undefined =>
  rewritten(match, rewrite, sent)?.target;

describe("compileRewrite", () => {
  it("gives nothing for a route without a rewrite", () => {
    expect(rewritten("/a", undefined, "/a")).toBeUndefined();
  });

  it.each([
    ["/users", "/users", "/"],
    ["/users", "/users/", "/"],
    ["/users", "/users/7", "/7"],
    ["/users", "/users//7", "//7"],
    ["/users", "/users/a%2Fb?x=%31", "/a%2Fb?x=%31"],
    ["/users", "/%75sers/7", "/7"],
    ["/a/{id}", "/a/7/b", "/b"],
    ["/", "/a/b", "/a/b"],
  ])("strips the prefix %s of %s", (match, sent, expected) => {
    expect(target(match, { stripPrefix: true }, sent)).toBe(expected);
  });

  it.each([
    ["/api", "/v2", "/api", "/v2"],
    ["/api", "/v2", "/api/x?q=1", "/v2/x?q=1"],
    ["/api", "/v2/", "/api/x", "/v2/x"],
    ["/api", "/", "/api/x", "/x"],
    ["/", "/v2", "/x", "/v2/x"],
    [{ path: { exact: "/api" } }, "/v2", "/api?q", "/v2?q"],
    [{ host: "a.test" }, "/v2", "/x", "/v2/x"],
    ["/o/{id}", "/orders/{id}/x", "/o/7/y", "/orders/7/x/y"],
    ["/o/{id}", "/orders/{id}", "/o/a%2fb", "/orders/a%2Fb"],
    ["/o/{id}", "/orders/{id}{id}", "/o/1", "/orders/11"],
  ])("with the match %j and the path %s makes of %s: %s", (match, path, sent, expected) => {
    expect(target(match, { path }, sent)).toBe(expected);
  });

  it("puts a regex capture in as one segment", () => {
    const match = { path: { regex: "^/f/(?<name>.*)$" } };
    expect(target(match, { path: "/x/{name}/y" }, "/f/a/b")).toBe("/x/a%2Fb/y");
    expect(target(match, { path: "/x/{name}/y" }, "/f/a%2Fb")).toBe("/x/a%2Fb/y");
  });

  it("mends an encoding that a regex has cut in two", () => {
    expect(target({ path: { regex: "^/f/(?<c>.{2})" } }, { path: "/x/{c}" }, "/f/%3Fa")).toBe("/x/%253");
  });

  it("puts in nothing for a group that took no part", () => {
    expect(target({ path: { regex: "^/f(?:/(?<c>\\d+))?$" } }, { path: "/x/{c}" }, "/f")).toBe("/x/");
  });

  it("refuses a capture that makes a dot segment", () => {
    const match = { path: { regex: "^/files/(?<name>[^/]+)\\.txt$" } };
    const rewrite = { path: "/static/{name}/raw" };
    expect(target(match, rewrite, "/files/...txt")).toBeUndefined();
    expect(target(match, rewrite, "/files/%2e%2e.txt")).toBeUndefined();
    expect(target(match, rewrite, "/files/....txt")).toBe("/static/.../raw");
  });

  it("replaces Host, alone or with the path", () => {
    expect(rewritten("/a", { host: "b.test" }, "/a?x")).toEqual({ host: "b.test" });
    expect(rewritten("/a", { host: "b.test", stripPrefix: true }, "/a?x")).toEqual({ host: "b.test", target: "/?x" });
  });

  it("leaves OPTIONS * as it is", () => {
    const rewriter = compileRewrite({
      rewrite: { path: "/x", stripPrefix: false, location: true, cookies: true },
      match: [],
    });
    expect(rewriter?.({ rawPath: "*", query: "" }, { match: 0, captures: {} } as never)?.target).toBeUndefined();
  });
});

describe("a gateway", () => {
  it("answers 400 to a path that its captures would turn into another, and forwards the others", async () => {
    const endpoint = await startEndpoint();
    const { url } = await startGateway({
      services: { a: { endpoints: [endpoint.url] } },
      routes: [
        {
          name: "a",
          match: { path: { regex: "^/files/(?<name>[^/]+)\\.txt$" } },
          service: "a",
          rewrite: { path: "/static/{name}/raw" },
        },
      ],
    });
    const refused = await fetch(`${url}/files/...txt`);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: "GW0204" });
    expect((await fetch(`${url}/files/a.txt`)).status).toBe(200);
    expect(endpoint.requests.map((request) => request.url)).toEqual(["/static/a/raw"]);
  });
});
