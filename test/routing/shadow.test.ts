import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRouter } from "../../src/routing/router.ts";
import { factsOf } from "../../src/routing/sample.ts";
import { satisfies } from "../../src/routing/satisfies.ts";
import { findShadowed } from "../../src/routing/shadow.ts";
import { requestOf, routesOf } from "./requests.ts";

/** "shadowed by": names, in the order of the routes. */
function shadowed(routes: Record<string, unknown>): string[] {
  const names = Object.keys(routes);
  return findShadowed(routesOf(routes)).map(({ route, by }) => `${names[route]} by ${names[by]}`);
}

describe("findShadowed", () => {
  it.each([
    { name: "the same match again", routes: { a: "/x", b: "/x" }, expected: ["b by a"] },
    { name: "the same with other capture names", routes: { a: "/x/{id}", b: "/x/{key}" }, expected: ["b by a"] },
    {
      name: "a method that an earlier list has",
      routes: { a: { method: ["GET", "POST"] }, b: { method: "POST" } },
      expected: ["b by a"],
    },
    { name: "HEAD behind GET", routes: { a: { method: "GET" }, b: { method: "HEAD" } }, expected: ["b by a"] },
    {
      name: "a regex behind a prefix",
      routes: { r: { path: { regex: "^/o/[0-9]+$" } }, p: "/o" },
      expected: ["r by p"],
    },
    { name: "a regex behind the root", routes: { r: { path: { regex: "x|y" } }, p: "/" }, expected: ["r by p"] },
    {
      name: "a regex that ends, behind a prefix",
      routes: { r: { path: { regex: "^/a/b$" } }, p: "/a/b" },
      expected: ["r by p"],
    },
    {
      name: "a header's text behind its presence",
      routes: { a: { headers: { h: { present: true } } }, b: { headers: { h: "1" } } },
      expected: ["b by a"],
    },
    {
      name: "a header's text behind a regex",
      routes: { a: { headers: { h: { regex: "^[0-9]$" } } }, b: { headers: { h: "1" } } },
      expected: ["b by a"],
    },
    {
      name: "a network behind a wider one",
      routes: { a: { clientIp: "10.0.0.0/8" }, b: { clientIp: "10.1.0.0/16" } },
      expected: ["b by a"],
    },
    {
      name: "every match of a list, by several routes",
      routes: { a: "/x", b: "/y", c: ["/y", "/x"] },
      expected: ["c by b"],
    },
    {
      name: "nothing: claims, but every method, behind one method",
      routes: { a: { path: "/x/y", method: "GET" }, b: { path: "/x/y", claims: { p: "1" } } },
      expected: [],
    },
    { name: "nothing: one match of a list is reached", routes: { a: "/x", c: ["/y", "/x"] }, expected: [] },
    { name: "nothing: the more specific comes first anyway", routes: { a: "/", b: "/x" }, expected: [] },
    {
      name: "nothing: another host",
      routes: { a: { host: "a", path: "/x" }, b: { host: "b", path: "/x" } },
      expected: [],
    },
    { name: "nothing: an exact path at a prefix", routes: { a: { path: { exact: "/x" } }, b: "/x" }, expected: [] },
    { name: "nothing: a capture takes no empty segment", routes: { a: "/{id}", b: "/" }, expected: [] },
    {
      name: "nothing: a regex whose last letter may be missing",
      routes: { r: { path: { regex: "^/a/bc?$" } }, p: "/a/bc" },
      expected: [],
    },
    {
      name: "nothing: a regex that goes on within the segment",
      routes: { r: { path: { regex: "^/ab" } }, p: "/ab" },
      expected: [],
    },
    {
      name: "nothing: a regex with alternatives",
      routes: { r: { path: { regex: "^/a/b|/c" } }, p: "/a" },
      expected: [],
    },
    {
      name: "nothing: what claims take is not for everybody",
      routes: { a: { path: "/x", claims: { p: "1" }, method: "GET" }, b: { path: "/x", method: "GET" } },
      expected: [],
    },
    { name: "nothing: no routes", routes: {}, expected: [] },
  ])("$name", ({ routes, expected }) => expect(shadowed(routes as Record<string, unknown>)).toEqual(expected));

  it("shows a request that the other route takes, avoiding narrower ones", () => {
    const routes = routesOf({ exact: { path: { exact: "/x" } }, a: "/x", b: { path: { regex: "^/x/" } }, again: "/x" });
    const found = findShadowed(routes);
    expect(found.map(({ route, by }) => [route, by])).toEqual([
      [2, 1],
      [3, 1],
    ]);
    for (const { by, witness } of found) {
      expect(witness).toBeDefined();
      if (witness !== undefined) expect(compileRouter(routes).match(factsOf(witness))).toMatchObject({ route: by });
    }
  });

  it("keeps two routes apart that share one match object", () => {
    const [a] = routesOf({ a: "/x" });
    const match = a?.match ?? [];
    expect(
      findShadowed([
        { name: "a", match },
        { name: "b", match },
      ]).map(({ route }) => route),
    ).toEqual([1]);
  });

  it("stays fast with 3,000 routes, all reached or all shadowed", { timeout: 20_000 }, () => {
    const many = Array.from({ length: 1_500 }, (_, i) => [`r${i}`, `/svc${i}/{id}`]);
    const routes = routesOf(Object.fromEntries([...many, ...many.map(([name, match]) => [`again-${name}`, match])]));
    expect(findShadowed(routes)).toHaveLength(1_500);
  });
});

/** A grammar so small that all its requests can be tried. */
const HOSTS = ["a.x", "b.x", "q"];
const PATHS = ["", "a", "b", "ab", "z"].flatMap((one) => [
  `/${one}`,
  ...["", "a", "b"].flatMap((two) => [`/${one}/${two}`, ...["", "b"].map((three) => `/${one}/${two}/${three}`)]),
]);
const METHODS = ["GET", "HEAD", "POST"];
const HEADERS: Record<string, string>[] = [{}, { n: "1" }, { n: "2" }];
const CLIENTS = ["10.0.0.1", "10.1.0.1", "127.0.0.1"];
const UNIVERSE = METHODS.flatMap((method) =>
  HOSTS.flatMap((host) =>
    PATHS.flatMap((path) =>
      HEADERS.flatMap((headers) => CLIENTS.map((ip) => requestOf(`${method} http://${host}${path}`, headers, ip))),
    ),
  ),
);

const path = fc.oneof(
  fc.constantFrom("/", "/a", "/{x}", "/a/b", "/a/{y}", "/{x}/b"),
  fc.constantFrom("/a", "/a/", "/a/{y}").map((exact) => ({ exact })),
  fc.constantFrom("^/a", "^/a/", "^/a/b$", "^/a/?b", "b$").map((regex) => ({ regex })),
);
const method = fc.constantFrom("GET", "HEAD", "POST", ["GET", "POST"]);
const headers = fc.constantFrom(
  { n: "1" },
  { n: { present: true } },
  { n: { present: false } },
  { n: { regex: "[12]" } },
);
const clientIp = fc.constantFrom("10.0.0.0/8", "10.1.0.0/16", ["10.1.0.0/16", "127.0.0.1"]);
const host = fc.constantFrom("a.x", "*.x");
const match = fc.oneof(
  fc.record({ path }),
  fc.record({ path, method }),
  fc.record({ path, headers }),
  fc.record({ path, clientIp }),
  fc.record({ path, host, method, headers, clientIp }, { requiredKeys: [] }),
);
const routeSet = fc
  .array(fc.oneof(match, fc.array(match, { minLength: 2, maxLength: 2 })), { minLength: 2, maxLength: 14 })
  .map((matches) => routesOf(Object.fromEntries(matches.map((one, i) => [`r${i}`, one]))));

describe("findShadowed, against every request of a small grammar", () => {
  it("names only routes that none of them reaches, each with a request that shows it", { timeout: 60_000 }, () => {
    let found = 0;
    let unreached = 0;
    fc.assert(
      fc.property(routeSet, (routes) => {
        const router = compileRouter(routes);
        const reached = new Set<number>();
        for (const facts of UNIVERSE) {
          const result = router.match(facts);
          if (result.kind === "route") reached.add(result.route);
        }
        unreached += routes.length - reached.size;
        for (const { route, by, witness } of findShadowed(routes)) {
          found++;
          expect(reached.has(route)).toBe(false);
          expect(by).not.toBe(route);
          if (witness === undefined) throw new Error("no witness");
          const facts = factsOf(witness);
          expect(routes[route]?.match.some((spec) => satisfies(spec, facts))).toBe(true);
          expect(router.match(facts)).not.toMatchObject({ kind: "route", route });
        }
      }),
      { numRuns: 300, seed: 21 },
    );
    // Not complete, but worth having: most of what is unreachable is found.
    expect(found).toBeGreaterThan(100);
    expect(found / unreached).toBeGreaterThan(0.5);
  });
});
