import { expect, it } from "vitest";
import { createMetrics } from "../../../src/telemetry/metrics/metrics.ts";
import { createPolicyCounters } from "../../../src/telemetry/metrics/policy-counters.ts";

const NAME = "gatewayctl_rate_limited_total";
const clock = { now: () => 0 };

it("gives the same counter for the same labels, and another for others", () => {
  const { find } = createPolicyCounters();
  const first = find(NAME, { route: "a", rule: "b" });
  expect(find(NAME, { route: "a", rule: "b" })).toBe(first);
  expect(find(NAME, { route: "a,b", rule: "" })).not.toBe(first);
});

it("knows every metric that there may be", () => {
  expect(() => createPolicyCounters().find("gatewayctl_other_total", {})).toThrow(TypeError);
});

it("shows what was counted, from 0 on", async () => {
  const metrics = createMetrics(clock, clock);
  const counter = metrics.policyCounter(NAME, { route: "orders", rule: "default", mode: "shadow" });
  const line = async () => (await metrics.text()).split("\n").find((one) => one.startsWith(NAME));
  expect(await line()).toBe('gatewayctl_rate_limited_total{route="orders",rule="default",mode="shadow"} 0');
  counter.value += 3;
  expect(await line()).toBe('gatewayctl_rate_limited_total{route="orders",rule="default",mode="shadow"} 3');
});
