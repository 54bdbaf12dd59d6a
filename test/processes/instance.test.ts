import { describe, expect, it } from "vitest";
import type { ProcessEvent } from "../../src/processes/events.ts";
import { freePorts } from "../../src/processes/free-ports.ts";
import { body, eventually, manualDelays, runSpec, runs, serving, watchedSupervisor } from "./support.ts";

const delays = (events: readonly ProcessEvent[]) =>
  events.flatMap((event) => (event.type === "restarting" ? [event.inMs] : []));

describe("backoff", () => {
  it("doubles from 250ms to 10s while the service keeps failing", async () => {
    // Everything under 250ms runs by the real clock, the backoff itself when the test says so.
    const { timers, elapse } = manualDelays(250);
    const { supervisor, events } = watchedSupervisor({ timers, clock: { now: () => 0 } });
    supervisor.start("s", runSpec("exit 1"), [1]);
    for (let round = 1; round <= 8; round++) {
      await eventually(() => expect(delays(events)).toHaveLength(round));
      elapse();
    }
    expect(delays(events)).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it("begins again after ten seconds of staying up", async () => {
    const { timers, elapse } = manualDelays(250);
    let now = 0;
    const { supervisor, events } = watchedSupervisor({ timers, clock: { now: () => now } });
    const [instance] = supervisor.start("s", runSpec("sleep 60"), [1]);
    const lives = [0, 9_999, 10_000];
    for (const [round, life] of lives.entries()) {
      await eventually(() => expect(instance?.restarts === round && instance.pid !== undefined).toBe(true));
      now += life;
      process.kill(instance?.pid as number, "SIGKILL");
      await eventually(() => expect(delays(events)).toHaveLength(round + 1));
      elapse();
    }
    expect(delays(events)).toEqual([250, 500, 250]);
  });
});

describe("restart policy", () => {
  it("counts a killing signal as failure", async () => {
    const { supervisor, events } = watchedSupervisor();
    const [port] = (await freePorts(1, "signal")) as [number];
    const [instance] = supervisor.start("s", runSpec(serving("process.pid")), [port]);
    await eventually(() => expect(instance?.state).toBe("ready"));
    const before = instance?.pid as number;
    process.kill(before, "SIGKILL");
    await eventually(() => expect(instance?.restarts).toBe(1));
    await eventually(() => expect(instance?.state).toBe("ready"));
    expect(events.map((event) => event.type)).toEqual([
      "starting",
      "ready",
      "exited",
      "restarting",
      "starting",
      "ready",
    ]);
    expect(events[2]).toMatchObject({ code: null, signal: "SIGKILL", expected: false });
    expect(await body(port)).not.toBe(String(before));
  });

  it.each([
    ["on-failure", "exit 0", "gave-up"],
    ["on-failure", "exit 1", "restarting"],
    ["always", "exit 0", "restarting"],
    ["never", "exit 1", "gave-up"],
  ] as const)("%s after `%s`: %s", async (restart, command, outcome) => {
    const { timers } = manualDelays(250);
    const { supervisor, events } = watchedSupervisor({ timers });
    supervisor.start("s", runSpec(command, { restart }), [1]);
    await eventually(() => expect(events.map((event) => event.type)).toEqual(["starting", "exited", outcome]));
  });

  it("leaves nothing of the old group when the shell ends and a child of it does not", async () => {
    const { timers } = manualDelays(250);
    const { supervisor, events, lines } = watchedSupervisor({ timers });
    supervisor.start("s", runSpec("sleep 60 & echo $!; exit 1"), [1]);
    await eventually(() => expect(events.at(-1)?.type).toBe("restarting"));
    expect(runs(Number(lines[0]?.split(" ").at(-1)))).toBe(false);
  });
});

describe("restart()", () => {
  it("replaces the process without backoff", async () => {
    const { supervisor, events } = watchedSupervisor();
    const [instance] = supervisor.start("s", runSpec("sleep 60"), [1]);
    await eventually(() => expect(instance?.pid).toBeDefined());
    const before = instance?.pid as number;
    await instance?.restart();
    expect(runs(before)).toBe(false);
    await eventually(() => expect(instance?.restarts).toBe(1));
    expect(events.slice(1, 3)).toMatchObject([
      { type: "exited", expected: true },
      { type: "restarting", inMs: 0, cause: "change" },
    ]);
  });

  it("starts again what had ended for good", async () => {
    const { supervisor, events } = watchedSupervisor();
    const [instance] = supervisor.start("s", runSpec("exit 0"), [1]);
    await eventually(() => expect(instance?.state).toBe("ended"));
    await instance?.restart();
    await eventually(() => expect(events.filter((event) => event.type === "starting")).toHaveLength(2));
  });
});
