import { describe, expect, it } from "vitest";
import { buildModel } from "../../../src/lab/simulate/model.ts";
import { endpointsOf } from "../../../src/lab/simulate/scenario.ts";
import { findScenario, SCENARIOS } from "../../../src/lab/simulate/scenarios/index.ts";
import type { Scenario } from "../../../src/lab/simulate/scenario.ts";

const GROUPS = [
  { count: 4, speed: 1, weight: 1 },
  { count: 4, speed: 2, weight: 2 },
  { count: 2, speed: 4, weight: 4 },
];

function speeds(total?: number): number[] {
  return endpointsOf(GROUPS, total).map((endpoint) => endpoint.speed);
}

describe("endpoints of a scenario", () => {
  it("are as given, with weight 1 where none is", () => {
    expect(speeds()).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 4, 4]);
    expect(endpointsOf([{ count: 1, speed: 0.5 }])).toEqual([{ id: undefined, speed: 0.5, weight: 1, conditions: {} }]);
  });

  it("keep their proportions in another number", () => {
    expect(speeds(10)).toEqual(speeds());
    expect(speeds(5)).toEqual([1, 1, 2, 2, 4]);
    expect(speeds(1000).filter((speed) => speed === 4).length).toBe(200);
  });

  it("keep one of each group while there are enough", () => {
    expect(speeds(3)).toEqual([1, 2, 4]);
    expect(speeds(2)).toEqual([1, 2]);
    expect(speeds(1)).toEqual([1]);
  });
});

describe("scenarios", () => {
  it.each(SCENARIOS)("$name is found by its name and can be run", (scenario) => {
    expect(findScenario(scenario.name)).toBe(scenario);
    const model = buildModel(scenario);
    const speed = model.endpoints.reduce(
      (sum, endpoint) => sum + endpoint.speed * (endpoint.conditions.concurrency ?? 1),
      0,
    );
    expect(model.serviceTime.meanMs / (model.meanGapMs * speed)).toBeCloseTo(scenario.load, 12);
  });

  it("includes those that users are promised", () => {
    const names = SCENARIOS.map((scenario) => scenario.name);
    expect(names).toEqual([
      "one-slow",
      "uniform",
      "heterogeneous",
      "flapping",
      "burst",
      "heavy-tail",
      "cold-start",
      "hot-key",
      "long-lived",
      "thousand",
    ]);
    expect(findScenario("nope")).toBeUndefined();
  });
});

describe("a model", () => {
  const base = findScenario("uniform") as Scenario;

  it("applies what is changed and keeps the rest", () => {
    const model = buildModel(base, { endpoints: 4, load: 0.5, serviceTime: "const:20ms", requests: 5000 });
    expect(model.endpoints.length).toBe(4);
    expect(model.requests).toBe(5000);
    expect(model.arrivals.spec).toBe("poisson");
    // 20 ms of work every gap over 4 endpoints at half load: a request each 10 ms.
    expect(model.meanGapMs).toBe(10);
  });

  it.each([
    [{ load: 1 }, "queues grow for ever"],
    [{ load: 0 }, "above 0 and below 1"],
    [{ load: Number.NaN }, "above 0 and below 1"],
    [{ endpoints: 0 }, "number of endpoints must be a whole number from 1 to 100000"],
    [{ endpoints: 1.5 }, "number of endpoints"],
    [{ requests: 10 }, "number of requests must be a whole number from 100"],
    [{ serviceTime: "fast" }, "is not a service time"],
    [{ arrivals: "now" }, "is not an arrival process"],
  ])("refuses %j", (changes, message) => {
    expect(() => buildModel(base, changes)).toThrow(expect.objectContaining({ code: "GW0002" }));
    expect(() => buildModel(base, changes)).toThrow(message);
  });
});
