import { describe, expect, it } from "vitest";
import { compileRouter } from "../../src/routing/router.ts";
import { decide, type RoutingCase, requestOf, routesOf } from "./requests.ts";

const prefix = { users: "/users" };
const exact = { users: { path: { exact: "/users" } } };
const capture = { order: "/orders/{id}" };

const PATHS: RoutingCase[] = [
  { name: "a prefix matches itself", routes: prefix, request: "/users", expected: "users" },
  { name: "a prefix matches itself with a slash", routes: prefix, request: "/users/", expected: "users" },
  { name: "a prefix matches what is below", routes: prefix, request: "/users/7/cards", expected: "users" },
  { name: "a prefix counts by whole segments", routes: prefix, request: "/usersX", expected: "404" },
  { name: "a prefix is case-sensitive", routes: prefix, request: "/Users", expected: "404" },
  { name: "a prefix is not found further down", routes: prefix, request: "/api/users", expected: "404" },
  { name: "an encoded slash separates nothing", routes: prefix, request: "/users%2F7", expected: "404" },
  { name: "an encoded slash stays in its segment", routes: capture, request: "/orders/a%2Fb", expected: "order" },
  { name: "an empty segment in front is one", routes: prefix, request: "//users", expected: "404" },
  { name: "an empty segment can be asked for", routes: { odd: "//users" }, request: "//users/7", expected: "odd" },
  { name: "the root prefix matches the root", routes: { all: "/" }, request: "/", expected: "all" },
  { name: "the root prefix matches everything", routes: { all: "/" }, request: "/a/b/c/", expected: "all" },
  { name: "no path matches everything", routes: { all: {} }, request: "/a/b", expected: "all" },
  { name: "what is no path matches nothing", routes: { all: "/" }, request: "*", expected: "404" },
  { name: "an exact path matches itself", routes: exact, request: "/users", expected: "users" },
  { name: "an exact path with a slash more is another", routes: exact, request: "/users/", expected: "404" },
  { name: "an exact path takes nothing below", routes: exact, request: "/users/7", expected: "404" },
  { name: "the exact root", routes: { home: { path: { exact: "/" } } }, request: "/", expected: "home" },
  {
    name: "the exact root is not its children",
    routes: { home: { path: { exact: "/" } } },
    request: "/a",
    expected: "404",
  },
  { name: "a capture takes one segment", routes: capture, request: "/orders/7", expected: "order" },
  { name: "a capture in a prefix lets more follow", routes: capture, request: "/orders/7/lines", expected: "order" },
  { name: "a capture needs its segment", routes: capture, request: "/orders", expected: "404" },
  { name: "a capture takes no empty segment", routes: capture, request: "/orders/", expected: "404" },
  {
    name: "an exact path with a capture",
    routes: { o: { path: { exact: "/orders/{id}" } } },
    request: "/orders/7",
    expected: "o",
  },
  {
    name: "an exact path with a capture ends there",
    routes: { o: { path: { exact: "/orders/{id}" } } },
    request: "/orders/7/",
    expected: "404",
  },
  { name: "a regex as written", routes: { r: { path: { regex: "^/o/[0-9]+$" } } }, request: "/o/42", expected: "r" },
  {
    name: "a regex without anchors matches anywhere",
    routes: { r: { path: { regex: "[0-9]{3}" } } },
    request: "/x/123/y",
    expected: "r",
  },
  {
    name: "a regex that does not match",
    routes: { r: { path: { regex: "^/o/[0-9]+$" } } },
    request: "/o/x",
    expected: "404",
  },
  {
    name: "encodings in the config are those of requests",
    routes: { r: "/%7euser" },
    request: "/~user",
    expected: "r",
  },
];

describe("compileRouter", () => {
  it.each(PATHS)("path: $name", (one) => expect(decide(one)).toBe(one.expected));

  it("has nothing to route without routes", () => {
    expect(compileRouter([]).match(requestOf("/"))).toEqual({ kind: "not-found" });
    expect(compileRouter([{ name: "none", match: [] }]).match(requestOf("/"))).toEqual({ kind: "not-found" });
  });

  it("tells which match of the route it was", () => {
    expect(compileRouter(routesOf({ r: ["/a", "/b"] })).match(requestOf("/b"))).toMatchObject({ route: 0, match: 1 });
  });

  it("answers with the same object where nothing is captured", () => {
    const router = compileRouter(routesOf({ r: "/a" }));
    expect(router.match(requestOf("/a/1"))).toBe(router.match(requestOf("/a/2")));
    expect(router.match(requestOf("/b"))).toBe(router.match(requestOf("/c")));
  });

  it("refuses a regex that the schema would have refused", () => {
    const [route] = routesOf({ r: { path: { regex: "a" } } });
    const broken = { name: "r", match: [{ ...route?.match[0], path: { kind: "regex", source: "(" } }] };
    expect(() => compileRouter([broken as never])).toThrow(SyntaxError);
  });
});

const CAPTURES: { name: string; match: unknown; request: string; expected: Record<string, unknown> }[] = [
  { name: "of a prefix", match: "/o/{id}", request: "/o/7/lines", expected: { id: "7" } },
  {
    name: "of an exact path",
    match: { path: { exact: "/{a}/x/{b}" } },
    request: "/1/x/2",
    expected: { a: "1", b: "2" },
  },
  { name: "stay encoded", match: "/o/{id}", request: "/o/a%2Fb%20c", expected: { id: "a%2Fb%20c" } },
  {
    name: "of a regex are its named groups",
    match: { path: { regex: "^/o/(?<id>\\d+)(?<rest>/x)?" } },
    request: "/o/7",
    expected: { id: "7" },
  },
  {
    name: "may have the names of object members",
    match: "/{constructor}/{toString}",
    request: "/a/b",
    expected: { constructor: "a", toString: "b" },
  },
  { name: "are none", match: "/o", request: "/o/7", expected: {} },
];

describe("captures", () => {
  function capturesOf(match: unknown, request: string) {
    const result = compileRouter(routesOf({ r: match })).match(requestOf(request));
    return result.kind === "route" ? { ...result.captures } : result.kind;
  }

  it.each(CAPTURES)("$name", ({ match, request, expected }) => expect(capturesOf(match, request)).toEqual(expected));

  it("have no members but the captures", () => {
    const result = compileRouter(routesOf({ r: "/{a}" })).match(requestOf("/1"));
    expect(result.kind === "route" && "toString" in result.captures).toBe(false);
  });
});
