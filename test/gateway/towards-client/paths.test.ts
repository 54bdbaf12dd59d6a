import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Route } from "../../../src/config/config.ts";
import { compileRewrite } from "../../../src/gateway/rewrite.ts";
import { reshape } from "../../../src/gateway/reshape.ts";
import type { ForwardPlan } from "../../../src/gateway/route-plan.ts";
import { pathTowardsClient } from "../../../src/gateway/towards-client/paths.ts";
import { compileRouter } from "../../../src/routing/router.ts";
import { configOf } from "../../helpers/gateway.ts";
import { facts } from "../facts.ts";

const VERSIONS = { from: ["path"], versions: { "1": {} } };

/** What one route makes of a request's path, and of a path that its endpoint names. */
function routeOf(match: unknown, route: object = {}, versioned = true) {
  const config = configOf({
    ...(versioned ? { versioning: VERSIONS } : {}),
    services: { a: ["http://127.0.0.1:1"] },
    routes: [{ name: "a", match, service: "a", ...route }],
  });
  const plan = { route: config.routes[0] as Route, rewrite: compileRewrite(config.routes[0] as Route) } as ForwardPlan;
  const router = compileRouter(config.routes, config.versioning);
  const find = (path: string) => {
    const found = router.match(facts({ path }));
    if (found.kind !== "route") throw new Error(`${path} is not routed`);
    return found;
  };
  return {
    towardsEndpoint: (path: string): string => {
      const reshaped = reshape(plan, { rawPath: path, query: "" }, find(path), undefined);
      return typeof reshaped === "symbol" ? "" : (reshaped?.target ?? path);
    },
    towardsClient: (own: string, path: string): string => pathTowardsClient(own, plan.route, find(path), path),
  };
}

const STRIP = { rewrite: { stripPrefix: true } };

describe("an endpoint's path, for the client", () => {
  it.each([
    ["stays where nothing is rewritten", "/a", {}, "/a/1", "/b", "/b"],
    ["has its prefix back", "/api", STRIP, "/api/1", "/b", "/api/b"],
    ["has its prefix back before the root", "/api", STRIP, "/api", "/", "/api/"],
    ["may have it already", "/api", STRIP, "/api/1", "/api/b", "/api/b"],
    ["does not have it by a part of a segment", "/api", STRIP, "/api/1", "/apis", "/api/apis"],
    ["has the captured prefix of this request back", "/t/{t}", STRIP, "/t/acme/x", "/y", "/t/acme/y"],
    ["stays below a match of everything", "/", STRIP, "/x", "/y", "/y"],
    ["has its version back", "/a", {}, "/v1/a", "/b", "/v1/b"],
    ["may have its version already", "/a", {}, "/v1/a", "/v1/b", "/v1/b"],
    ["has no version where none was named by path", "/a", {}, "/a", "/b", "/b"],
    ["has version and prefix back", "/api", STRIP, "/v1/api/x", "/b", "/v1/api/b"],
    ["may have both", "/api", STRIP, "/v1/api/x", "/v1/api/b", "/v1/api/b"],
    ["keeps a version that was kept", "/api", { ...STRIP, keepVersionPath: true }, "/v1/api/x", "/v1/b", "/v1/api/b"],
    ["has none of its own then", "/a", { keepVersionPath: true }, "/v1/a", "/b", "/b"],
    ["undoes a path", "/api", { rewrite: { path: "/in/v2" } }, "/api/x", "/in/v2/b", "/api/b"],
    ["undoes a path that ends with a slash", "/api", { rewrite: { path: "/in/" } }, "/api/x", "/in/b", "/api/b"],
    ["undoes the root", "/api", { rewrite: { path: "/" } }, "/api/x", "/b", "/api/b"],
    ["undoes a path into the root", "/", { rewrite: { path: "/in" } }, "/x", "/in", "/"],
    ["undoes captures", "/o/{id}", { rewrite: { path: "/in/{id}" } }, "/o/7", "/in/8/items", "/o/8/items"],
    ["undoes a capture twice", "/o/{id}", { rewrite: { path: "/{id}/in/{id}" } }, "/o/7", "/8/in/8", "/o/8"],
    ["undoes none of another shape", "/o/{id}", { rewrite: { path: "/{id}/in/{id}" } }, "/o/7", "/8/in/9", "/8/in/9"],
    [
      "takes what the path lacks from the request",
      "/o/{id}/x",
      { rewrite: { path: "/in" } },
      "/o/7/x",
      "/in/1",
      "/o/7/x/1",
    ],
    ["stays where the route does not lead", "/o/{id}", { rewrite: { path: "/in/{id}" } }, "/o/7", "/out", "/out"],
    ["stays below an exact path", { path: { exact: "/o" } }, { rewrite: { path: "/in" } }, "/o", "/in/1", "/in/1"],
    ["is an exact path", { path: { exact: "/o" } }, { rewrite: { path: "/in" } }, "/o", "/in", "/o"],
    ["stays of a regex", { path: { regex: "^/o" } }, { rewrite: { path: "/in" } }, "/o", "/in", "/in"],
    ["takes dots for dots", "/o", { rewrite: { path: "/a.b" } }, "/o", "/axb", "/axb"],
  ])("%s", (_, match, route, request, own, expected) => {
    expect(routeOf(match, route).towardsClient(own, request)).toBe(expected);
  });

  it("leads back to where it came from, whatever is rewritten", () => {
    const word = fc.constantFrom("a", "b", "c%20d", "7");
    const tail = fc.array(word, { maxLength: 3 }).map((words) => words.map((one) => `/${one}`).join(""));
    const kinds = [
      { match: "/p", at: "/p" },
      { match: "/p", route: STRIP, at: "/p" },
      { match: "/p/{x}", route: STRIP, at: "/p/q" },
      { match: "/p/{x}", route: { rewrite: { path: "/in/{x}" } }, at: "/p/q" },
      { match: "/p/{x}", route: { rewrite: { path: "/{x}/in" } }, at: "/p/q" },
      { match: "/p", route: { ...STRIP, keepVersionPath: true }, at: "/p" },
    ].map(({ match, route, at }) => ({ route: routeOf(match, route), at }));
    fc.assert(
      fc.property(fc.constantFrom(...kinds), tail, fc.boolean(), ({ route, at }, rest, versioned) => {
        const path = `${versioned ? "/v1" : ""}${at}${rest}`;
        const own = route.towardsEndpoint(path);
        // The root is the one path that has two forms.
        expect(route.towardsClient(own, path)).toBe(own.endsWith("/") && rest === "" ? `${path}/` : path);
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});
