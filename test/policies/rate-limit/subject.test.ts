import { expect, it } from "vitest";
import type { Principal } from "../../../src/exchange/principal.ts";
import { createSubject } from "../../../src/policies/rate-limit/subject.ts";
import { type ExchangeOptions, policyExchange } from "../support.ts";

const keyOf = (by: string, options: ExchangeOptions = {}): string => createSubject(by)(policyExchange(options));
const principal = (more: Partial<Principal>): Principal => ({
  id: "alice",
  consumer: undefined,
  roles: [],
  scopes: [],
  claims: {},
  method: "jwt",
  ...more,
});

it.each<[same: boolean, by: string, what: string, a: ExchangeOptions, b: ExchangeOptions]>([
  [true, "ip", "one /64", { clientIp: "2001:db8::1" }, { clientIp: "2001:db8::2" }],
  [false, "ip", "two addresses", { clientIp: "192.0.2.1" }, { clientIp: "192.0.2.2" }],
  [true, "route", "two clients", { clientIp: "192.0.2.1" }, { clientIp: "192.0.2.2" }],
  [true, "service", "two clients", { clientIp: "192.0.2.1" }, { clientIp: "192.0.2.2" }],
  [true, "global", "two clients", { clientIp: "192.0.2.1" }, { clientIp: "192.0.2.2" }],
  [false, "header:X-Key", "two values", { headers: [["x-key", "a"]] }, { headers: [["x-key", "b"]] }],
  [true, "header:X-Key", "one value", { headers: [["X-KEY", "a"]], clientIp: "::1" }, { headers: [["x-key", "a"]] }],
  [false, "header:x-key", "two addresses without it", { clientIp: "192.0.2.1" }, { clientIp: "192.0.2.2" }],
  [true, "header:x-key", "without it and empty", {}, { headers: [["x-key", ""]] }],
  [false, "header:x-key", "another's address for a value", {}, { headers: [["x-key", "ip 127.0.0.1"]] }],
  [
    false,
    "consumer",
    "a consumer and a subject of its name",
    { principal: principal({ consumer: "alice" }) },
    { principal: principal({}) },
  ],
  [
    true,
    "consumer",
    "one caller elsewhere",
    { principal: principal({}), clientIp: "::1" },
    { principal: principal({}) },
  ],
  [false, "consumer", "nobody, from two addresses", { clientIp: "192.0.2.1" }, { clientIp: "192.0.2.2" }],
  [
    true,
    "claim:plan",
    "two callers of one plan",
    { principal: principal({ claims: { plan: "gold" } }) },
    { principal: principal({ id: "bob", claims: { plan: "gold" } }) },
  ],
  [
    false,
    "claim:plan",
    "text and a number",
    { principal: principal({ claims: { plan: ["1"] } }) },
    { principal: principal({ claims: { plan: [1] } }) },
  ],
  [true, "claim:toString", "what every object has, and nothing", { principal: principal({}) }, {}],
  [true, "claim:plan", "null, and nothing", { principal: principal({ claims: { plan: null } }) }, {}],
])("same: %s, by %s: %s", (same, by, _, a, b) => {
  expect(keyOf(by, a) === keyOf(by, b)).toBe(same);
});

it("counts a route without a service by itself", () => {
  const subject = createSubject("service");
  const [own, other] = ["a", "b"].map((routeName) => ({ ...policyExchange(), routeName, serviceName: undefined }));
  expect(own && subject(own)).not.toBe(other && subject(other));
});
