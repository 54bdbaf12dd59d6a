import { describe, expect, it } from "vitest";
import { describeContrast } from "../../../src/lab/report/contrast.ts";
import type { EndpointResult } from "../../../src/lab/report/model.ts";
import { resultOf } from "./results.ts";

function endpoints(...of: readonly Partial<EndpointResult>[]): EndpointResult[] {
  const usual = { requests: 500, utilization: 0.5, offered: 0.5, speed: 1, weight: 1 };
  return of.map((changes, i) => ({ ...usual, endpoint: `endpoint-${i + 1}`, ...changes }));
}

describe("what one algorithm did and another did not", () => {
  it("is before all else what failed", () => {
    const worse = resultOf("random", { errors: 50, overloaded: ["endpoint-2"] });
    expect(describeContrast(resultOf("p2c"), worse)).toBe(" With it no request failed; with random 5.0 % did.");
    expect(describeContrast(resultOf("p2c", { errors: 10 }), worse)).toContain("1.0 % of the requests failed");
    expect(describeContrast(resultOf("p2c", { errors: 49 }), worse)).not.toContain("failed");
  });

  it("is first of all, where all were answered, an endpoint that was given more than it can do", () => {
    const worse = resultOf("round-robin", {
      overloaded: ["endpoint-2"],
      endpoints: endpoints({}, { offered: 1.6 }),
      maxQueue: 900,
    });
    expect(describeContrast(resultOf("p2c"), worse)).toBe(
      " round-robin gave endpoint-2 160 % of what it can do, so that its queue never ended; p2c did not.",
    );
  });

  it("else the share of the slowest endpoints", () => {
    const better = resultOf("p2c", { endpoints: endpoints({ requests: 920 }, { requests: 80, speed: 0.5 }) });
    const worse = resultOf("random", { endpoints: endpoints({}, { speed: 0.5 }), maxQueue: 50 });
    expect(describeContrast(better, worse)).toBe(
      " It gave endpoint-2, the slowest, 8.0 % of the requests; random gave 50 %.",
    );
  });

  it("names groups of slow endpoints by their number", () => {
    const slow = { speed: 0.5, requests: 100 };
    const five = (requests: number) =>
      endpoints({ requests: 1000 - 4 * requests }, ...Array.from({ length: 4 }, () => ({ ...slow, requests })));
    expect(
      describeContrast(resultOf("p2c", { endpoints: five(50) }), resultOf("random", { endpoints: five(200) })),
    ).toBe(" It gave the 4 slowest endpoints 20 % of the requests; random gave 80 %.");
  });

  it("else the longest queue", () => {
    expect(describeContrast(resultOf("p2c"), resultOf("random", { maxQueue: 31 }))).toBe(
      " With it no endpoint ever had more than 5 requests at once; with random it was 31.",
    );
  });

  it("is nothing where nothing that is measured differs", () => {
    expect(describeContrast(resultOf("p2c"), resultOf("random"))).toBe("");
  });
});
