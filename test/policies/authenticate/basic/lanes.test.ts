import { describe, expect, it } from "vitest";
import { Lanes } from "../../../../src/policies/authenticate/basic/lanes.ts";

describe("lanes", () => {
  it("run so many at once, keep so many waiting, and refuse the rest", async () => {
    const lanes = new Lanes(2, 3);
    let running = 0;
    let most = 0;
    const task = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    };
    const runs = Array.from({ length: 7 }, () => lanes.run(task));
    expect(runs.map((run) => run !== undefined)).toEqual([true, true, true, true, true, false, false]);
    await Promise.all(runs.filter((run) => run !== undefined));
    expect([most, running]).toEqual([2, 0]);
    expect(lanes.run(task)).toBeDefined();
  });

  it("go on after a task that failed", async () => {
    const lanes = new Lanes(1, 1);
    const failing = lanes.run(() => Promise.reject(new Error("no")));
    const next = lanes.run(async () => "done");
    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe("done");
  });
});
