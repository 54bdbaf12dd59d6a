import { expect, it } from "vitest";
import { parseHost } from "../../../src/http/exchange/host.ts";

it.each([
  ["a.test", "a.test"],
  ["A.Test:8080", "a.test"],
  ["a.test.", "a.test"],
  ["a.test.:80", "a.test"],
  ["a.test:", "a.test"],
  ["127.0.0.1:65535", "127.0.0.1"],
  ["[::1]:8080", "[::1]"],
  ["[::FFFF:1.2.3.4]", "[::ffff:1.2.3.4]"],
  ["a%20b", "a%20b"],
  ["a_b~c!$&'()*+,;=", "a_b~c!$&'()*+,;="],
  [".", "."],
])("reads %s as %s", (authority, host) => {
  expect(parseHost(authority)).toBe(host);
  // The last answer is kept; it must be the same.
  expect(parseHost(authority)).toBe(host);
});

it.each([
  "",
  ":80",
  "a b",
  "a.test:80x",
  "a.test:123456",
  "a.test:80:80",
  "u@a.test",
  "a.test/x",
  "a.test?x",
  "a.test#x",
  "a\\b",
  "a%2",
  "a%zz",
  "::1",
  "[::1",
  "[::1]x",
  "[a]g]",
  "<a>",
  '"a"',
  "\xe4.test",
])("does not take %j for a host", (authority) => {
  expect(parseHost(authority)).toBeUndefined();
  expect(parseHost(authority)).toBeUndefined();
});
