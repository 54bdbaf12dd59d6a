import { describe, expect, it } from "vitest";
import {
  countOutcome,
  eject,
  endEjection,
  findRateOutliers,
  isEjected,
  mayEject,
  newEjectionRecord,
  type OutlierSpec,
} from "../../src/upstream/ejection.ts";

const SPEC: OutlierSpec = {
  consecutiveErrors: 3,
  ejectFor: 10_000,
  maxEjectFor: 35_000,
  maxEjected: 0.5,
  successRate: false,
};

const member = (ejectedUntil = 0) => ({ ejection: { ...newEjectionRecord(), ejectedUntil } });
/** An endpoint with so many tries, of which so many failed. */
const rated = (tries: number, errors: number) => ({ ejection: { ...newEjectionRecord(), tries, errors } });

describe("errors in a row", () => {
  it.each(["error", "reset", "timeout", "connect-failure"] as const)("%s counts", (outcome) => {
    const record = newEjectionRecord();
    expect([1, 2, 3].map(() => countOutcome(record, outcome, SPEC))).toEqual([false, false, true]);
  });

  it("a success begins anew, a client that leaves proves nothing", () => {
    const record = newEjectionRecord();
    const said = ["error", "error", "ok", "error", "cancelled", "error", "error"] as const;
    expect(said.map((outcome) => countOutcome(record, outcome, SPEC))).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
  });
});

describe("how many may be put aside", () => {
  it.each([
    ["the only one never", [0], false],
    ["one of two", [0, 0], true],
    ["not the second of two", [9, 0], false],
    ["one of three, as half of three is one", [0, 0, 0], true],
    ["not the second of three", [9, 0, 0], false],
    ["the second of four", [9, 0, 0, 0], true],
    ["one that is back is not counted", [5, 0], true],
  ])("%s", (_, until, expected) => {
    expect(mayEject(until.map(member), 5, SPEC)).toBe(expected);
  });

  it("not the last one, whatever maxEjected says", () => {
    expect(mayEject([member(9), member()], 5, { ...SPEC, maxEjected: 1 })).toBe(false);
  });
});

describe("how long", () => {
  it("grows with every ejection, up to maxEjectFor", () => {
    const record = newEjectionRecord();
    let now = 0;
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      times.push(eject(record, "3 errors in a row", now, SPEC));
      now += times[i] as number;
    }
    expect(times).toEqual([10_000, 20_000, 30_000, 35_000, 35_000]);
  });

  it("is over when its time is, and not before", () => {
    const record = newEjectionRecord();
    eject(record, "x", 100, SPEC);
    expect([isEjected(record, 10_099), endEjection(record, 10_099)]).toEqual([true, false]);
    expect([isEjected(record, 10_100), endEjection(record, 10_100), endEjection(record, 10_101)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("forgets one ejection for every ejectFor without another", () => {
    const record = newEjectionRecord();
    eject(record, "x", 0, SPEC);
    eject(record, "x", 10_000, SPEC); // until 30_000, the second
    expect(eject(record, "x", 30_000 + 10_000, SPEC)).toBe(20_000); // one of two forgiven
    expect(eject(record, "x", 60_000 + 25_000, SPEC)).toBe(10_000); // both forgiven
  });
});

describe("success rates", () => {
  const rate = { interval: 10_000, minimumEndpoints: 3, minimumRequests: 20, deviations: 1.9 };

  it("finds the one that fails more often than the others", () => {
    // Rates 1, 1, 1, 1, 1, 0.5: mean 0.9167, deviation 0.1863, so that below 0.5626 is too far.
    const members = [rated(50, 0), rated(50, 0), rated(50, 0), rated(50, 0), rated(50, 0), rated(50, 25)];
    const found = findRateOutliers(members, rate);
    expect(found).toEqual([
      { endpoint: members[5], because: "50 % of requests succeeded, the others' mean is 91.7 %" },
    ]);
  });

  it.each([
    ["all fail alike", [rated(50, 25), rated(50, 25), rated(50, 25)]],
    ["too few endpoints", [rated(50, 0), rated(50, 50)]],
    ["too few requests on the bad one", [rated(50, 0), rated(50, 0), rated(50, 0), rated(19, 19)]],
    ["nothing happened", [rated(0, 0), rated(0, 0), rated(0, 0)]],
  ])("finds none where %s", (_, members) => {
    expect(findRateOutliers(members, rate)).toEqual([]);
  });

  it("counts anew after each comparison", () => {
    const members = [rated(50, 0), rated(50, 10), rated(5, 5)];
    findRateOutliers(members, rate);
    expect(members.map(({ ejection }) => [ejection.tries, ejection.errors])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });
});
