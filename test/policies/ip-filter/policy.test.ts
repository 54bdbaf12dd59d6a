import { expect, it } from "vitest";
import { ipFilter } from "../../../src/policies/ip-filter/policy.ts";
import { ipFilterSchema } from "../../../src/policies/ip-filter/schema.ts";
import { policyDeps, policyExchange } from "../support.ts";

const decide = (options: object, clientIp: string) => {
  const policy = ipFilter.create(ipFilterSchema.parse(options), policyDeps());
  const exchange = policyExchange({ clientIp });
  const answer = policy.onRequest?.(exchange);
  // What is explained is what is done.
  expect(policy.explain(exchange).answer).toEqual(answer);
  return answer === undefined ? "pass" : "refused";
};

it.each([
  ["an address that is not named passes where nothing is allowed by name", {}, "203.0.113.9", "pass"],
  ["a denied address is refused", { deny: ["203.0.113.0/24"] }, "203.0.113.9", "refused"],
  ["an allowed address passes", { allow: ["203.0.113.9"] }, "203.0.113.9", "pass"],
  ["an address that is not allowed is refused", { allow: ["10.0.0.0/8"] }, "203.0.113.9", "refused"],
  ["deny wins over allow", { allow: ["10.0.0.0/8"], deny: ["10.1.0.0/16"] }, "10.1.2.3", "refused"],
  ["an empty allow lets nobody in", { allow: [] }, "127.0.0.1", "refused"],
  ["IPv6 is compared as IPv6", { allow: ["2001:db8::/32"] }, "2001:db8::1", "pass"],
  ["an IPv6 network says nothing of IPv4", { deny: ["::/0"] }, "203.0.113.9", "pass"],
])("%s", (_, options, ip, expected) => {
  expect(decide(options, ip)).toBe(expected);
});
