import { describe, expect, it } from "vitest";
import { type ConsideredRoute, compileRouter } from "../../src/routing/router.ts";
import { requestOf, routesOf } from "./requests.ts";

function explain(routes: Record<string, unknown>, request: string, headers?: Record<string, string>, ip?: string) {
  const considered: ConsideredRoute[] = [];
  compileRouter(routesOf(routes)).match(requestOf(request, headers, ip), { considered });
  return considered;
}

function reasonOf(match: unknown, request: string, headers?: Record<string, string>, ip?: string): string {
  return explain({ r: match }, request, headers, ip)[0]?.reason ?? "";
}

const tenant = { headers: { "x-tenant": { regex: "^[a-z]+$" } } };
const secret = { headers: { authorization: "Bearer a" } };

describe("why a route did not match", () => {
  it.each([
    {
      name: "a misspelt path",
      match: "/orders",
      request: "/orderz",
      reason: "path /orderz is not under /orders (did you mean /orders?)",
    },
    {
      name: "a misspelt path, the rest kept",
      match: "/orders/{id}",
      request: "/ordres/7/x",
      reason: "path /ordres/7/x is not under /orders/{id} (did you mean /orders/7/x?)",
    },
    {
      name: "another case",
      match: "/orders",
      request: "/Orders",
      reason: "path /Orders is not under /orders (did you mean /orders?)",
    },
    { name: "another path", match: "/orders", request: "/users", reason: "path /users is not under /orders" },
    {
      name: "a text prefix only",
      match: "/users",
      request: "/usersOfTheWholeWorld",
      reason: "path /usersOfTheWholeWorld is not under /users (a prefix counts by whole segments)",
    },
    {
      name: "a capture without its segment",
      match: "/orders/{id}",
      request: "/orders",
      reason: "path /orders is not under /orders/{id} (no segment for {id})",
    },
    {
      name: "a slash more",
      match: { path: { exact: "/a" } },
      request: "/a/",
      reason: "path /a/ is not /a (the last slash counts in an exact path)",
    },
    {
      name: "below an exact path",
      match: { path: { exact: "/abc" } },
      request: "/abc/1",
      reason: "path /abc/1 is not /abc (an exact path does not take what is below it)",
    },
    { name: "a regex", match: { path: { regex: "^/o$" } }, request: "/x", reason: "path /x does not match ^/o$" },
    {
      name: "a host",
      match: { host: "*.shop.localhost" },
      request: "GET http://a.b/",
      reason: "host a.b is not *.shop.localhost",
    },
    {
      name: "a misspelt host",
      match: { host: "shop.localhost" },
      request: "GET http://shpo.localhost/",
      reason: "host shpo.localhost is not shop.localhost (did you mean shop.localhost?)",
    },
    {
      name: "a wildcard's own domain",
      match: { host: "*.x.y" },
      request: "GET http://x.y/",
      reason: "host x.y is not *.x.y (a wildcard takes one label or more)",
    },
    { name: "a method", match: { method: "POST" }, request: "/", reason: "method is GET, route takes POST" },
    {
      name: "a method where GET brings HEAD",
      match: { method: "GET" },
      request: "PUT http://h/",
      reason: "method is PUT, route takes GET, HEAD",
    },
    {
      name: "an absent header",
      match: { headers: { "x-beta": "true" } },
      request: "/",
      reason: "header x-beta is absent",
    },
    {
      name: "an absent query parameter",
      match: { query: { v: "2" } },
      request: "/",
      reason: "query parameter v is absent",
    },
    {
      name: "another query value",
      match: { query: { v: "2" } },
      request: "/?v=1",
      reason: 'query parameter v is "1", not "2"',
    },
    {
      name: "a claim",
      match: { claims: { plan: "gold" } },
      request: "/",
      reason: "claims are not known: no token was verified for this route",
    },
    {
      name: "a client",
      match: { clientIp: "10.0.0.0/8" },
      request: "/",
      reason: "client address 127.0.0.1 is not in 10.0.0.0/8",
    },
    {
      name: "the first of several conditions",
      match: { method: "POST", headers: { a: "1" }, query: { b: "1" } },
      request: "/",
      reason: "method is GET, route takes POST",
    },
    {
      name: "the match that came furthest",
      match: ["/a", { path: "/b", method: "POST" }],
      request: "/b",
      reason: "method is GET, route takes POST",
    },
    { name: "no path at all", match: "/", request: "*", reason: "* is not a path" },
  ])("$name", ({ match, request, reason }) => expect(reasonOf(match, request)).toBe(reason));

  it.each([
    {
      name: "another value",
      match: { headers: { "x-beta": "true" } },
      headers: { "x-beta": "false" },
      reason: 'header x-beta is "false", not "true"',
    },
    {
      name: "a value that its regex does not take",
      match: tenant,
      headers: { "x-tenant": "A" },
      reason: 'header x-tenant is "A", which does not match ^[a-z]+$',
    },
    {
      name: "one that should not be there",
      match: { headers: { d: { present: false } } },
      headers: { d: "1" },
      reason: "header d is present",
    },
    {
      name: "a cookie",
      match: { cookies: { group: "b" } },
      headers: { cookie: "group=a" },
      reason: 'cookie group is "a", not "b"',
    },
    {
      name: "a credential, which is not repeated",
      match: secret,
      headers: { authorization: "Bearer s3cret" },
      reason: "header authorization has another value",
    },
  ])("$name", ({ match, headers, reason }) => expect(reasonOf(match, "/", headers)).toBe(reason));

  it("says what a preflight asked for", () => {
    const headers = { origin: "http://o", "access-control-request-method": "PUT" };
    expect(reasonOf({ method: "GET" }, "OPTIONS http://h/", headers)).toBe(
      "the method that the CORS preflight asks for is PUT, route takes GET, HEAD",
    );
  });

  it("keeps long values and paths short", () => {
    expect(reasonOf({ headers: { a: "1" } }, "/", { a: "x".repeat(5_000) }).length).toBeLessThan(150);
    expect(reasonOf("/a", `/${"x".repeat(5_000)}`).length).toBeLessThan(200);
  });
});

describe("why a route that matched was not the one", () => {
  it.each([
    { name: "exact host", winner: { host: "localhost" }, loser: {}, rule: "exact host" },
    {
      name: "longer wildcard",
      winner: { host: "*.b.c" },
      loser: { host: "*.c" },
      request: "GET http://a.b.c/a/b",
      rule: "longer host wildcard",
    },
    { name: "exact path", winner: { path: { exact: "/a/b" } }, loser: "/a/b", rule: "exact path" },
    { name: "longer prefix", winner: "/a/{id}", loser: "/a", rule: "longer prefix" },
    { name: "literal segment", winner: "/a/b", loser: "/a/{id}", rule: "a literal segment beats a capture" },
    { name: "regex", winner: "/", loser: { path: { regex: "^/a" } }, rule: "a prefix comes before a regex" },
    { name: "method", winner: { method: "GET" }, loser: {}, rule: "it names the method" },
    { name: "headers", winner: { headers: { h: "1" } }, loser: {}, rule: "more headers" },
    { name: "query", winner: { query: { q: "1" } }, loser: {}, rule: "more query parameters" },
    {
      name: "cookies",
      winner: { clientIp: "127.0.0.1" },
      loser: {},
      rule: "more conditions on cookies, claims and client address",
    },
  ])("$name", ({ winner, loser, request, rule }) => {
    expect(explain({ loser, winner }, request ?? "/a/b?q=1", { h: "1" })).toEqual([
      { route: "loser", matched: true, chosen: false, reason: `matched, but winner is more specific: ${rule}` },
      { route: "winner", matched: true, chosen: true, reason: expect.stringMatching(/^matched /) },
    ]);
  });

  it("is the file's order where nothing else tells them apart", () => {
    expect(explain({ one: "/a", two: "/a" }, "/a")[1]?.reason).toBe(
      "matched, but one is as specific and comes first in the file",
    );
  });

  it("comes for every route in the file's order, a route without matches included", () => {
    const considered: ConsideredRoute[] = [];
    compileRouter([...routesOf({ b: "/b", a: "/a" }), { name: "none", match: [] }]).match(requestOf("/a"), {
      considered,
    });
    expect(considered.map(({ route, matched }) => [route, matched])).toEqual([
      ["b", false],
      ["a", true],
      ["none", false],
    ]);
    expect(considered[2]?.reason).toBe("it has no match");
  });
});
