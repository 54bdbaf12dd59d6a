import { describe, expect, it } from "vitest";
import { brokenLimits, parseLimit } from "../../../src/lab/report/limits.ts";
import { resultOf } from "./results.ts";

const results = [
  resultOf("p2c"),
  resultOf("random", {
    errors: 20,
    responseTime: { mean: 30, p50: 20, p90: 60, p99: 120, p999: 200, max: 300, unit: "ms" },
  }),
];

describe("a limit", () => {
  it.each([
    ["p99>50ms", ["random"]],
    ["p99 > 0.1s", ["random"]],
    ["p99>=120ms", ["random"]],
    ["p99>120ms", []],
    ["p2c:p99>50ms", []],
    ["p2c:p99>39ms", ["p2c"]],
    ["p99.9<100ms", ["p2c"]],
    ["errors>1%", ["random"]],
    ["errors>0.02", []],
    ["fairness<=1", ["p2c", "random"]],
    ["throughput<100", []],
    ["max>1s", []],
  ])("%s is broken by %j", (text, broken) => {
    expect(brokenLimits([parseLimit(text)], results).map(({ algorithm }) => algorithm)).toEqual(broken);
  });

  it.each([
    ["p98>50ms", "There are: mean, p50"],
    ["p99=50ms", "is no limit such as"],
    ["p99>fast", "p99 is compared with a value such as 50ms"],
    ["errors>1ms", "errors is compared with a value such as 1%"],
  ])("cannot be %s", (text, message) => {
    expect(() => parseLimit(text)).toThrow(message);
    expect(() => parseLimit(text)).toThrow(expect.objectContaining({ code: "GW0002" }));
  });

  it("of an algorithm that did not run proves nothing, and is refused", () => {
    expect(() => brokenLimits([parseLimit("maglev:p99>1ms")], results)).toThrow("maglev does not run in this bench");
  });
});
