import { describe, expect, it } from "vitest";
import { z } from "zod";
import { matchSchema } from "../../src/routing/schema.ts";

const ANY = { methods: [], headers: [], query: [], cookies: [], claims: [], clientIp: [] };
const USERS = { kind: "prefix", text: "/users", segments: [{ literal: "users" }] };

/** The messages a person would be shown: of a union, those of the branch that took the value's type. */
function messages(issues: readonly z.core.$ZodIssue[], at: PropertyKey[] = []): string[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code === "invalid_union") {
      const branch = issue.errors.find((errors) => !errors.some(isTypeMismatch));
      if (branch !== undefined) return messages(branch, path);
    }
    return [`${path.join(".")}: ${issue.message}`];
  });
}

function isTypeMismatch(issue: z.core.$ZodIssue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_union") return issue.errors.every((errors) => errors.some(isTypeMismatch));
  return issue.code === "invalid_type";
}

describe("match, accepted", () => {
  it.each([
    { name: "a string is a path prefix", given: "/users", expected: [{ ...ANY, path: USERS }] },
    { name: "one slash at a prefix's end says nothing", given: "/users/", expected: [{ ...ANY, path: USERS }] },
    {
      name: "the root prefix has no segments",
      given: "/",
      expected: [{ ...ANY, path: { kind: "prefix", text: "/", segments: [] } }],
    },
    { name: "an empty object matches everything", given: {}, expected: [ANY] },
    {
      name: "a list mixes forms",
      given: ["/users", { method: "GET" }],
      expected: [
        { ...ANY, path: USERS },
        { ...ANY, methods: ["GET"] },
      ],
    },
    {
      name: "hosts are lower-cased",
      given: { host: "Shop.LocalHost" },
      expected: [{ ...ANY, host: { kind: "exact", name: "shop.localhost" } }],
    },
    {
      name: "a wildcard host",
      given: { host: "*.Shop.localhost" },
      expected: [{ ...ANY, host: { kind: "suffix", suffix: ".shop.localhost" } }],
    },
    { name: "an IPv6 host", given: { host: "[::1]" }, expected: [{ ...ANY, host: { kind: "exact", name: "[::1]" } }] },
    {
      name: "a host beyond ASCII, as clients send it",
      given: { host: "*.bücher.example" },
      expected: [{ ...ANY, host: { kind: "suffix", suffix: ".xn--bcher-kva.example" } }],
    },
    {
      name: "methods lose duplicates",
      given: { method: ["GET", "POST", "GET"] },
      expected: [{ ...ANY, methods: ["GET", "POST"] }],
    },
    {
      name: "a bare address is a network of one",
      given: { clientIp: ["127.0.0.1", "::1"] },
      expected: [{ ...ANY, clientIp: ["127.0.0.1/32", "::1/128"] }],
    },
    {
      name: "one network needs no list",
      given: { clientIp: "10.1.2.3/8" },
      expected: [{ ...ANY, clientIp: ["10.0.0.0/8"] }],
    },
    {
      name: "path percent-encodings are brought to the form of request paths",
      given: { path: { exact: "/%7euser/caf%c3%a9/ü%2f" } },
      expected: [
        {
          ...ANY,
          path: {
            kind: "exact",
            text: "/~user/caf%C3%A9/%C3%BC%2F",
            segments: [{ literal: "~user" }, { literal: "caf%C3%A9" }, { literal: "%C3%BC%2F" }],
          },
        },
      ],
    },
    {
      name: "an exact path keeps its last slash",
      given: { path: { exact: "/users/" } },
      expected: [
        { ...ANY, path: { kind: "exact", text: "/users/", segments: [{ literal: "users" }, { literal: "" }] } },
      ],
    },
    {
      name: "captures",
      given: { path: "/orders/{id}/items/{item-id}" },
      expected: [
        {
          ...ANY,
          path: {
            kind: "prefix",
            text: "/orders/{id}/items/{item-id}",
            segments: [{ literal: "orders" }, { capture: "id" }, { literal: "items" }, { capture: "item-id" }],
          },
        },
      ],
    },
    {
      name: "a regex path",
      given: { path: { regex: "^/o/[0-9]+$" } },
      expected: [{ ...ANY, path: { kind: "regex", source: "^/o/[0-9]+$" } }],
    },
    {
      name: "fields in three forms; header names in lower case, others as written",
      given: {
        headers: { "X-Beta": "true" },
        query: { V: { regex: "^2" } },
        cookies: { Group: { present: false } },
        claims: { plan: "gold", level: 2 },
      },
      expected: [
        {
          ...ANY,
          headers: [{ name: "x-beta", test: { kind: "equals", value: "true" } }],
          query: [{ name: "V", test: { kind: "regex", source: "^2" } }],
          cookies: [{ name: "Group", test: { kind: "present", present: false } }],
          claims: [
            { name: "plan", test: { kind: "equals", value: "gold" } },
            { name: "level", test: { kind: "equals", value: 2 } },
          ],
        },
      ],
    },
  ])("$name", ({ given, expected }) => {
    expect(matchSchema.parse(given)).toEqual(expected);
  });
});

describe("match, refused with a sentence that helps", () => {
  it.each([
    { name: "relative path", given: "users", says: 'must begin with "/"' },
    {
      name: "dot segment",
      given: { path: "/a/../b" },
      says: "path: must be a path that a request can have; this one has a dot segment",
    },
    { name: "encoded dot segment", given: "/a/%2e%2e", says: "has a dot segment" },
    { name: "broken encoding", given: "/a%zz", says: "two hexadecimal digits" },
    { name: "backslash", given: "/a\\b", says: "has a backslash" },
    { name: "lone surrogate", given: "/\ud800", says: "beyond ASCII" },
    { name: "query in a path", given: "/a?b=1", says: "query parameters belong under `query`" },
    { name: "part of a segment captured", given: "/x{id}", says: "whole segments" },
    { name: "capture named twice", given: "/{a}/{a}", says: "must not capture {a} twice" },
    { name: "a star", given: "/users/*", says: "a prefix matches all below it already" },
    { name: "express captures", given: "/users/:id", says: "{id}, not :id" },
    {
      name: "two path forms at once",
      given: { path: { exact: "/a", regex: "b" } },
      says: "path: must have exactly one of exact and regex",
    },
    { name: "no path form", given: { path: {} }, says: "path: must have exactly one of exact and regex" },
    {
      name: "broken regex",
      given: { path: { regex: "(" } },
      says: "path.regex: must be a regular expression: Invalid regular expression",
    },
    {
      name: "regex with a group named twice",
      given: { path: { regex: "(?<a>x)(?<a>y)" } },
      says: "Duplicate capture group name",
    },
    {
      name: "header value that is not text",
      given: { headers: { "x-beta": true } },
      says: 'headers.x-beta: must be a text ("true", with quotes)',
    },
    { name: "bad header name", given: { headers: { "x beta": "1" } }, says: "headers.x beta: " },
    { name: "header given twice", given: { headers: { X: "1", x: "2" } }, says: "headers.x: is given twice" },
    { name: "host with port", given: { host: "a.localhost:8080" }, says: "host: must be a host name without a port" },
    { name: "host with scheme", given: { host: "http://a" }, says: "without scheme or path" },
    { name: "bare star as host", given: { host: "*" }, says: "leave `host` out" },
    { name: "star within a host", given: { host: "a.*.b" }, says: 'must have its "*" alone as the first label' },
    { name: "host with an empty label", given: { host: "a..b" }, says: "must be a host name, as in" },
    { name: "host with a dot at its end", given: { host: "a.b." }, says: "without a dot at its end" },
    { name: "lower-case method", given: { method: "get" }, says: "method: must be in upper case" },
    {
      name: "method that is never routed",
      given: { method: ["GET", "TRACE"] },
      says: "method.1: must not be CONNECT or TRACE",
    },
    { name: "no methods", given: { method: [] }, says: "method: must name a method" },
    { name: "bad network", given: { clientIp: ["300.1.1.1"] }, says: "clientIp.0: must be an IP address or a network" },
    {
      name: "network too long",
      given: { clientIp: ["10.0.0.0/33"] },
      says: "clientIp.0: must be an IP address or a network",
    },
    { name: "unknown key", given: { hots: "a" }, says: 'Unrecognized key: "hots"' },
    { name: "unknown key in a list", given: ["/a", { paths: "/b" }], says: '1: Unrecognized key: "paths"' },
    { name: "empty list", given: [], says: "must have at least one match" },
    { name: "number", given: 5, says: "must be a path prefix" },
  ])("$name", ({ given, says }) => {
    const result = matchSchema.safeParse(given);
    expect(result.success).toBe(false);
    expect(messages(result.error?.issues ?? []).join("\n")).toContain(says);
  });
});

describe("the published schema", () => {
  it("describes every key", () => {
    const text = JSON.stringify(z.toJSONSchema(matchSchema, { io: "input" }));
    const described = [
      "host",
      "path",
      "method",
      "headers",
      "query",
      "cookies",
      "claims",
      "clientIp",
      "exact",
      "regex",
      "present",
    ];
    for (const key of described)
      expect(text).toMatch(new RegExp(`"${key}":\\{[^{}]*"description"|"${key}":\\{"description"`));
  });
});
