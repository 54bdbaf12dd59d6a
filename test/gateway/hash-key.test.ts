import { expect, it } from "vitest";
import { hashKey } from "../../src/gateway/hash-key.ts";
import { parseKey } from "../../src/upstream/schema/key.ts";
import { facts } from "./facts.ts";

const request = facts({ path: "/a/b", query: "user=J%20D&x=", clientIp: "192.0.2.7" }, [
  ["x-user", "ann"],
  ["x-two", "1"],
  ["x-two", "2"],
  ["cookie", "a=b; session=s1"],
]);

it.each([
  ["ip", "192.0.2.7"],
  ["path", "/a/b"],
  ["header:X-User", "ann"],
  ["header:x-two", "1, 2"],
  ["cookie:session", "s1"],
  ["query:user", "J D"],
  ["query:x", ""],
  ["header:x-none", "192.0.2.7"],
  ["cookie:Session", "192.0.2.7"],
  ["query:none", "192.0.2.7"],
  ["consumer", "192.0.2.7"],
  ["claim:sub", "192.0.2.7"],
])("hashes for the key %s: %s", (key, expected) => {
  expect(hashKey(parseKey(key), request, undefined)).toBe(expected);
});

it.each([
  ["consumer", "mobile"],
  ["claim:plan", "gold"],
  ["claim:none", "192.0.2.7"],
  ["ip", "192.0.2.7"],
])("hashes for the key %s of a known caller: %s", (key, expected) => {
  const caller = { id: "mobile", consumer: "mobile", roles: [], scopes: [], claims: { plan: "gold" }, method: "jwt" };
  expect(hashKey(parseKey(key), request, caller)).toBe(expected);
});

it("hashes nothing for an algorithm that has no key", () => {
  expect(hashKey(undefined, request, undefined)).toBeUndefined();
});
