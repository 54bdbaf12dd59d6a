import { describe, expect, it } from "vitest";
import { watchStopping } from "../../../src/cli/up/stopping.ts";
import { createFakeContext } from "../../helpers/context.ts";

const NOT_YET = Symbol("not yet");
const stateOf = (promise: Promise<unknown>): Promise<unknown> => Promise.race([promise, Promise.resolve(NOT_YET)]);

describe("the wish to stop", () => {
  it("is the first Ctrl-C; at once, the second", async () => {
    const fake = createFakeContext();
    const stopping = watchStopping(fake.ctx);
    expect([stopping.asked, await stateOf(stopping.first)]).toEqual([false, NOT_YET]);
    fake.interrupt();
    expect(stopping.asked).toBe(true);
    expect([await stateOf(stopping.first), await stateOf(stopping.second)]).toEqual([undefined, NOT_YET]);
    fake.interrupt();
    expect(await stateOf(stopping.second)).toBeUndefined();
  });

  it("is no longer listened for when it is released", () => {
    const fake = createFakeContext();
    const stopping = watchStopping(fake.ctx);
    stopping.release();
    expect(fake.interrupt()).toBe(0);
    expect(stopping.asked).toBe(false);
  });
});
