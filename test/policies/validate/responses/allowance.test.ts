import { describe, expect, it } from "vitest";
import { Allowance } from "../../../../src/policies/validate/responses/allowance.ts";

describe("an allowance of time", () => {
  it("is a tenth of what passes, with a second saved up", () => {
    let now = 0;
    const allowance = new Allowance({ now: () => now });
    const work = (ms: number) => allowance.spend(() => void (now += ms));
    work(900);
    expect(allowance.isLeft).toBe(true);
    // 1000 - 900 + 90 are left, of which 300 are taken; 30 come back.
    work(300);
    expect(allowance.isLeft).toBe(false);
    now += 700;
    expect(allowance.isLeft).toBe(false);
    now += 200;
    expect(allowance.isLeft).toBe(true);
    now += 1e6;
    work(1_050);
    expect(allowance.isLeft).toBe(true);
    work(200);
    expect(allowance.isLeft).toBe(false);
  });

  it("is spent by work that fails, too", () => {
    let now = 0;
    const allowance = new Allowance({ now: () => now });
    const fail = () => {
      now += 2_000;
      throw new RangeError("so");
    };
    expect(() => allowance.spend(fail)).toThrow(RangeError);
    expect(allowance.isLeft).toBe(false);
  });
});
