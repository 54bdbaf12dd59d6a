import { describe, expect, it } from "vitest";
import { decide, type RoutingCase } from "./requests.ts";

const PREFLIGHT = { origin: "http://o", "access-control-request-method": "PUT" };
const items = { put: { path: "/i", method: "PUT" }, options: { path: "/i", method: "OPTIONS" } };

const METHODS: RoutingCase[] = [
  { name: "a method of a list", routes: { r: { method: ["GET", "POST"] } }, request: "POST http://h/", expected: "r" },
  { name: "GET admits HEAD", routes: { r: { method: "GET" } }, request: "HEAD http://h/", expected: "r" },
  {
    name: "HEAD does not admit GET",
    routes: { r: { method: "HEAD" } },
    request: "GET http://h/",
    expected: "405 HEAD",
  },
  {
    name: "HEAD of its own and by GET are equals",
    routes: { get: { method: "GET" }, head: { method: "HEAD" } },
    request: "HEAD http://h/",
    expected: "get",
  },
  {
    name: "no route has the method: 405, sorted, with HEAD",
    routes: { p: { path: "/a", method: ["POST", "GET"] }, d: { path: "/a", method: "DELETE" } },
    request: "PUT http://h/a",
    expected: "405 DELETE, GET, HEAD, POST",
  },
  {
    name: "another path's methods are not allowed here",
    routes: { a: { path: "/a", method: "POST" }, b: { path: "/b", method: "PUT" } },
    request: "GET http://h/a",
    expected: "405 POST",
  },
  {
    name: "all routes of the path count, up to the root",
    routes: { a: { path: "/a", method: "POST" }, root: { path: "/", method: "DELETE" } },
    request: "GET http://h/a",
    expected: "405 DELETE, POST",
  },
  {
    name: "a route that fails by a header too allows nothing",
    routes: { r: { method: "POST", headers: { v: "1" } } },
    request: "GET http://h/",
    expected: "404",
  },
  {
    name: "a route of another host allows nothing",
    routes: { r: { host: "x.y", method: "POST" } },
    request: "GET http://h/",
    expected: "404",
  },
  {
    name: "a less specific route is better than a 405",
    routes: { post: { path: "/a/b", method: "POST" }, any: "/a" },
    request: "/a/b",
    expected: "any",
  },
  {
    name: "a regex path allows too",
    routes: { r: { path: { regex: "^/a$" }, method: "POST" } },
    request: "/a",
    expected: "405 POST",
  },
  {
    name: "a preflight is matched by what it asks for",
    routes: items,
    request: "OPTIONS http://h/i",
    headers: PREFLIGHT,
    expected: "put",
  },
  {
    name: "OPTIONS without Origin is itself",
    routes: items,
    request: "OPTIONS http://h/i",
    headers: { "access-control-request-method": "PUT" },
    expected: "options",
  },
  {
    name: "OPTIONS that asks for no method is itself",
    routes: items,
    request: "OPTIONS http://h/i",
    headers: { origin: "http://o" },
    expected: "options",
  },
  {
    name: "a preflight for a method that no route has",
    routes: items,
    request: "OPTIONS http://h/i",
    headers: { ...PREFLIGHT, "access-control-request-method": "PATCH" },
    expected: "405 OPTIONS, PUT",
  },
  {
    name: "those headers on another method mean nothing",
    routes: items,
    request: "PUT http://h/i",
    headers: { ...PREFLIGHT, "access-control-request-method": "X" },
    expected: "put",
  },
];

describe("methods", () => {
  it.each(METHODS)("$name", (one) => expect(decide(one)).toBe(one.expected));
});
