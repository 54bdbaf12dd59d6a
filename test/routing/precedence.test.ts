import { describe, expect, it } from "vitest";
import { decide, type RoutingCase } from "./requests.ts";

const PRECEDENCE: RoutingCase[] = [
  {
    name: "an exact host beats every wildcard",
    routes: { wild: { host: "*.x.y" }, host: { host: "a.x.y" } },
    request: "GET http://a.x.y/",
    expected: "host",
  },
  {
    name: "the longer wildcard beats the shorter",
    routes: { short: { host: "*.y" }, long: { host: "*.x.y" } },
    request: "GET http://a.x.y/",
    expected: "long",
  },
  {
    name: "a wildcard beats no host",
    routes: { all: { path: { exact: "/a" } }, wild: { host: "*.y" } },
    request: "GET http://x.y/a",
    expected: "wild",
  },
  {
    name: "a wildcard takes several labels",
    routes: { wild: { host: "*.y" } },
    request: "GET http://a.b.y/",
    expected: "wild",
  },
  {
    name: "a wildcard does not take its own domain",
    routes: { wild: { host: "*.y" } },
    request: "GET http://y/",
    expected: "404",
  },
  {
    name: "a wildcard takes no empty label",
    routes: { wild: { host: "*.y" } },
    request: "GET http://.y/",
    expected: "404",
  },
  {
    name: "a wildcard is not a text suffix",
    routes: { wild: { host: "*.shop.y" } },
    request: "GET http://myshop.y/",
    expected: "404",
  },
  {
    name: "host comes before path",
    routes: { path: { path: { exact: "/a" } }, host: { host: "x.y", path: "/" } },
    request: "GET http://x.y/a",
    expected: "host",
  },
  {
    name: "an unknown host matches only routes without one",
    routes: { host: { host: "x.y" }, all: "/" },
    request: "GET http://z/",
    expected: "all",
  },
  {
    name: "a host whose path does not fit falls through",
    routes: { host: { host: "x.y", path: "/a" }, all: "/b" },
    request: "GET http://x.y/b",
    expected: "all",
  },
  {
    name: "a host whose headers do not fit falls through to the wildcard",
    routes: { host: { host: "x.y", headers: { b: "1" } }, wild: { host: "*.y" } },
    request: "GET http://x.y/",
    expected: "wild",
  },
  {
    name: "a wildcard that does not fit falls through to the shorter one",
    routes: { long: { host: "*.x.y", method: "POST" }, short: { host: "*.y" } },
    request: "GET http://a.x.y/",
    expected: "short",
  },
  {
    name: "exact beats prefix",
    routes: { prefix: "/users", exact: { path: { exact: "/users" } } },
    request: "/users",
    expected: "exact",
  },
  {
    name: "a literal exact path beats one with a capture",
    routes: { capture: { path: { exact: "/o/{id}" } }, literal: { path: { exact: "/o/new" } } },
    request: "/o/new",
    expected: "literal",
  },
  {
    name: "an exact path with a capture beats a longer-looking prefix",
    routes: { prefix: "/o/new", exact: { path: { exact: "/o/{id}" } } },
    request: "/o/new",
    expected: "exact",
  },
  {
    name: "an exact path that does not fit otherwise falls through",
    routes: { exact: { path: { exact: "/a" }, method: "POST" }, prefix: "/a" },
    request: "/a",
    expected: "prefix",
  },
  { name: "the longer prefix wins", routes: { short: "/a", long: "/a/b" }, request: "/a/b/c", expected: "long" },
  {
    name: "length is counted in segments, not characters",
    routes: { letters: "/{x}/bbbbbbbb", segments: "/a/{y}/c" },
    request: "/a/bbbbbbbb/c",
    expected: "segments",
  },
  {
    name: "a longer prefix with captures beats a literal one",
    routes: { literal: "/a/b", captures: "/{x}/{y}/{z}" },
    request: "/a/b/c",
    expected: "captures",
  },
  {
    name: "a literal beats a capture",
    routes: { capture: "/o/{id}", literal: "/o/new" },
    request: "/o/new",
    expected: "literal",
  },
  {
    name: "the first literal from the left decides",
    routes: { right: "/{x}/b", left: "/a/{y}" },
    request: "/a/b",
    expected: "left",
  },
  {
    name: "a literal branch that leads nowhere is left again",
    routes: { literal: "/a/b/c", capture: "/{x}/b/d" },
    request: "/a/b/d",
    expected: "capture",
  },
  {
    name: "the longer prefix that fails by header falls through",
    routes: { long: { path: "/a/b", headers: { v: "1" } }, short: "/a" },
    request: "/a/b",
    expected: "short",
  },
  {
    name: "a prefix beats a regex, even the root",
    routes: { regex: { path: { regex: "^/o/" } }, root: "/" },
    request: "/o/1",
    expected: "root",
  },
  {
    name: "a regex of the exact host beats a prefix of any host",
    routes: { prefix: "/o", regex: { host: "x.y", path: { regex: "^/o" } } },
    request: "GET http://x.y/o",
    expected: "regex",
  },
  {
    name: "the first regex in the file wins",
    routes: { one: { path: { regex: "a" } }, two: { path: { regex: "^/a$" } } },
    request: "/a",
    expected: "one",
  },
  {
    name: "a regex with a method beats one without",
    routes: { one: { path: { regex: "a" } }, two: { path: { regex: "^/a$" }, method: "GET" } },
    request: "/a",
    expected: "two",
  },
  {
    name: "a method beats none",
    routes: { any: "/a", get: { path: "/a", method: "GET" } },
    request: "/a",
    expected: "get",
  },
  {
    name: "a method beats headers",
    routes: { header: { path: "/a", headers: { v: "1", w: "1" } }, get: { path: "/a", method: "GET" } },
    request: "/a",
    headers: { v: "1", w: "1" },
    expected: "get",
  },
  {
    name: "path length comes before headers",
    routes: { header: { path: "/a", headers: { v: "1" } }, long: "/a/b" },
    request: "/a/b",
    headers: { v: "1" },
    expected: "long",
  },
  {
    name: "more headers win",
    routes: { one: { headers: { v: "1" } }, two: { headers: { v: "1", w: "2" } } },
    request: "/",
    headers: { v: "1", w: "2" },
    expected: "two",
  },
  {
    name: "headers beat query",
    routes: { query: { query: { a: "1", b: "2" } }, header: { headers: { v: "1" } } },
    request: "/?a=1&b=2",
    headers: { v: "1" },
    expected: "header",
  },
  {
    name: "more query parameters win",
    routes: { one: { query: { a: "1" } }, two: { query: { a: "1", b: "2" } } },
    request: "/?a=1&b=2",
    expected: "two",
  },
  {
    name: "query beats cookies",
    routes: { cookie: { cookies: { g: "b", h: "c" } }, query: { query: { a: "1" } } },
    request: "/?a=1",
    headers: { cookie: "g=b; h=c" },
    expected: "query",
  },
  {
    name: "cookies and client address count together",
    routes: { cookie: { cookies: { g: "b" } }, both: { cookies: { g: "b" }, clientIp: "127.0.0.1" } },
    request: "/",
    headers: { cookie: "g=b" },
    expected: "both",
  },
  {
    name: "a list of networks is one condition",
    routes: { cookies: { cookies: { g: "b" } }, net: { clientIp: ["127.0.0.1", "10.0.0.0/8"] } },
    request: "/",
    headers: { cookie: "g=b" },
    expected: "cookies",
  },
  { name: "the first in the file wins a tie", routes: { one: "/a", two: "/a" }, request: "/a", expected: "one" },
  {
    name: "a tie of headers is not broken by their values",
    routes: { regex: { headers: { v: { regex: "." } } }, text: { headers: { v: "1" } } },
    request: "/",
    headers: { v: "1" },
    expected: "regex",
  },
  {
    name: "precedence is that of the match, not of the route",
    routes: { one: ["/a", "/x"], two: "/a/b" },
    request: "/a/b",
    expected: "two",
  },
  {
    name: "any match of a list suffices",
    routes: { one: ["/a", { path: "/b", method: "POST" }] },
    request: "POST http://h/b",
    expected: "one",
  },
];

/** From the Gateway API's guides: HTTP routing, and the comments of HTTPRouteRule.Matches. */
const gatewayApi = {
  "foo-route": { host: "foo.example.com", path: "/login" },
  "bar-route": { host: "bar.example.com" },
  "bar-route-canary": { host: "bar.example.com", headers: { env: "canary" } },
};
const anyOf = { r: [{ path: "/foo", headers: { version: "v2" } }, "/v2/foo"] };

const GATEWAY_API: RoutingCase[] = [
  {
    name: "foo-route takes /login",
    routes: gatewayApi,
    request: "GET http://foo.example.com/login",
    expected: "foo-route",
  },
  {
    name: "foo-route takes nothing else",
    routes: gatewayApi,
    request: "GET http://foo.example.com/other",
    expected: "404",
  },
  {
    name: "bar-route takes all paths",
    routes: gatewayApi,
    request: "GET http://bar.example.com/any",
    expected: "bar-route",
  },
  {
    name: "the canary's header is more specific",
    routes: gatewayApi,
    request: "GET http://bar.example.com/any",
    headers: { env: "canary" },
    expected: "bar-route-canary",
  },
  {
    name: "/foo with the header, the first of two matches",
    routes: anyOf,
    request: "/foo",
    headers: { version: "v2" },
    expected: "r",
  },
  { name: "/v2/foo, the second of two matches", routes: anyOf, request: "/v2/foo", expected: "r" },
  { name: "/foo without the header, neither", routes: anyOf, request: "/foo", expected: "404" },
];

describe("precedence", () => {
  it.each(PRECEDENCE)("$name", (one) => expect(decide(one)).toBe(one.expected));
  it.each(GATEWAY_API)("Gateway API: $name", (one) => expect(decide(one)).toBe(one.expected));
});
