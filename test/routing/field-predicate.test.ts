import { describe, expect, it } from "vitest";
import { decide, type RoutingCase } from "./requests.ts";

const FIELDS: RoutingCase[] = [
  {
    name: "a header's exact value",
    routes: { r: { headers: { "X-Beta": "true" } } },
    request: "/",
    headers: { "x-beta": "true" },
    expected: "r",
  },
  {
    name: "a header's other value",
    routes: { r: { headers: { "x-beta": "true" } } },
    request: "/",
    headers: { "x-beta": "True" },
    expected: "404",
  },
  {
    name: "a header's regex",
    routes: { r: { headers: { t: { regex: "^[a-z]+$" } } } },
    request: "/",
    headers: { t: "acme" },
    expected: "r",
  },
  {
    name: "a regex needs the header",
    routes: { r: { headers: { t: { regex: ".*" } } } },
    request: "/",
    expected: "404",
  },
  {
    name: "a header that is there",
    routes: { r: { headers: { t: { present: true } } } },
    request: "/",
    headers: { t: "" },
    expected: "r",
  },
  {
    name: "a header that must not be there",
    routes: { r: { headers: { t: { present: false } } } },
    request: "/",
    headers: { t: "" },
    expected: "404",
  },
  {
    name: "a header that is not there, as it must",
    routes: { r: { headers: { t: { present: false } } } },
    request: "/",
    expected: "r",
  },
  {
    name: "all headers must fit",
    routes: { r: { headers: { a: "1", b: "2" } } },
    request: "/",
    headers: { a: "1" },
    expected: "404",
  },
  {
    name: "a query parameter, decoded",
    routes: { r: { query: { q: "a b/c" } } },
    request: "/?q=a+b%2Fc",
    expected: "r",
  },
  {
    name: "a query parameter's name, decoded",
    routes: { r: { query: { "a b": "1" } } },
    request: "/?a+b=1",
    expected: "r",
  },
  {
    name: "the first of several parameters counts",
    routes: { r: { query: { v: "2" } } },
    request: "/?v=1&v=2",
    expected: "404",
  },
  {
    name: "a parameter without a value is there",
    routes: { r: { query: { v: { present: true } } } },
    request: "/?v",
    expected: "r",
  },
  {
    name: "a parameter's name is case-sensitive",
    routes: { r: { query: { v: "2" } } },
    request: "/?V=2",
    expected: "404",
  },
  {
    name: "a cookie",
    routes: { r: { cookies: { group: "b" } } },
    request: "/",
    headers: { cookie: "a=1; group=b; c=d" },
    expected: "r",
  },
  {
    name: "a quoted cookie",
    routes: { r: { cookies: { group: "b" } } },
    request: "/",
    headers: { cookie: 'group="b"' },
    expected: "r",
  },
  {
    name: "a cookie of a similar name",
    routes: { r: { cookies: { group: "b" } } },
    request: "/",
    headers: { cookie: "xgroup=b" },
    expected: "404",
  },
  {
    name: "a client in the network",
    routes: { r: { clientIp: "10.0.0.0/8" } },
    request: "/",
    ip: "10.255.0.1",
    expected: "r",
  },
  {
    name: "a client outside it",
    routes: { r: { clientIp: "10.0.0.0/8" } },
    request: "/",
    ip: "11.0.0.1",
    expected: "404",
  },
  { name: "an IPv6 client", routes: { r: { clientIp: "fd00::/8" } }, request: "/", ip: "fd12::1", expected: "r" },
  {
    name: "an IPv6 client and an IPv4 network",
    routes: { r: { clientIp: "0.0.0.0/0" } },
    request: "/",
    ip: "::1",
    expected: "404",
  },
  {
    name: "an IPv4-mapped network means the IPv4 one",
    routes: { r: { clientIp: "::ffff:10.0.0.0/104" } },
    request: "/",
    ip: "10.1.1.1",
    expected: "r",
  },
  {
    name: "a client without an address",
    routes: { r: { clientIp: ["0.0.0.0/0", "::/0"] } },
    request: "/",
    ip: "",
    expected: "404",
  },
];

describe("conditions on header, query, cookie and client", () => {
  it.each(FIELDS)("$name", (one) => expect(decide(one)).toBe(one.expected));
});
