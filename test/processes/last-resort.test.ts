import { describe, expect, it } from "vitest";
import { startParent } from "./support-parent.ts";
import { eventually, runs, temporaryFolder } from "./support.ts";

/** A service that does not listen to SIGTERM: only the last resort ends it. */
const STUBBORN = `trap "" TERM INT HUP; echo $$; while :; do sleep 0.05; done`;

describe("no service outlives gatewayctl", () => {
  it.each(["SIGHUP", "SIGINT", "SIGTERM", "SIGQUIT"] as const)("when %s ends it", async (signal) => {
    const parent = await startParent(temporaryFolder(), STUBBORN);
    expect(runs(parent.service)).toBe(true);
    expect(await parent.kill(signal)).toEqual({ code: null, signal });
    await eventually(() => expect(runs(parent.service)).toBe(false));
  });

  it("when it exits", async () => {
    const parent = await startParent(temporaryFolder(), STUBBORN);
    expect(await parent.go()).toEqual({ code: 0, signal: null });
    await eventually(() => expect(runs(parent.service)).toBe(false));
  });

  it("when it throws", async () => {
    const parent = await startParent(temporaryFolder(), STUBBORN, "throw");
    expect((await parent.go()).code).toBe(1);
    await eventually(() => expect(runs(parent.service)).toBe(false));
  });
});
