import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePorts } from "../../src/processes/free-ports.ts";
import { body, eventually, runSpec, runs, serving, temporaryFolder, watchedSupervisor } from "./support.ts";

const types = (events: readonly { type: string }[]) => events.map((event) => event.type);

describe("start", () => {
  it("gives each instance its own PORT and says when it is ready", async () => {
    const { supervisor, events } = watchedSupervisor();
    const ports = await freePorts(2, "start");
    const instances = supervisor.start("users", runSpec(serving("process.env.PORT"), { instances: 2 }), ports);
    await eventually(() => expect(instances.map((each) => each.state)).toEqual(["ready", "ready"]));
    expect(await body(ports[0] as number)).toBe(String(ports[0]));
    expect(await body(ports[1] as number)).toBe(String(ports[1]));
    expect(types(events.filter((event) => event.instance === 2))).toEqual(["starting", "ready"]);
    expect(supervisor.processes("users")).toHaveLength(2);
  });

  it("runs in cwd relative to the config's folder, with env on top of the inherited one", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "app"));
    const { supervisor, lines } = watchedSupervisor({
      baseDirectory: folder,
      env: { PATH: process.env["PATH"], A: "inherited", B: "inherited" },
    });
    supervisor.start("s", runSpec('echo "$(basename "$PWD") $A $B"', { cwd: "app", env: { B: "own" } }), [1]);
    await eventually(() => expect(lines).toEqual(["s 1 stdout app inherited own"]));
  });

  it("finds commands of node_modules/.bin, as npm scripts do", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
    mkdirSync(join(folder, "packages/app"), { recursive: true });
    writeFileSync(join(folder, "node_modules/.bin/hello"), "#!/bin/sh\necho hello\n", { mode: 0o755 });
    const { supervisor, lines } = watchedSupervisor({ baseDirectory: folder });
    supervisor.start("s", runSpec("hello", { cwd: "packages/app" }), [1]);
    await eventually(() => expect(lines).toEqual(["s 1 stdout hello"]));
  });

  it("refuses fewer ports than instances, and a second start", async () => {
    const { supervisor } = watchedSupervisor();
    expect(() => supervisor.start("s", runSpec("true", { instances: 2 }), [1])).toThrow(RangeError);
    supervisor.start("s", runSpec("true", { restart: "never" }), [1]);
    expect(() => supervisor.start("s", runSpec("true"), [1])).toThrow("started already");
  });

  it("keeps the last lines of stderr, after the end too", async () => {
    const { supervisor, events } = watchedSupervisor();
    const command = "for i in $(seq 1 60); do echo line $i >&2; done; printf last >&2; exit 3";
    const [instance] = supervisor.start("s", runSpec(command, { restart: "never" }), [1]);
    await eventually(() => expect(types(events)).toEqual(["starting", "exited", "gave-up"]));
    expect(instance?.recentErrors()).toHaveLength(50);
    expect(instance?.recentErrors().at(0)).toBe("line 12");
    expect(instance?.recentErrors().at(-1)).toBe("last");
    expect(events[1]).toMatchObject({ code: 3, signal: null, expected: false });
    expect(instance?.state).toBe("ended");
  });

  it("names a missing folder", async () => {
    const { supervisor, events } = watchedSupervisor({ baseDirectory: "/" });
    supervisor.start("s", runSpec("true", { cwd: "nowhere/at-all", restart: "never" }), [1]);
    await eventually(() => expect(types(events)).toEqual(["exited", "gave-up"]));
    expect(events[0]).toMatchObject({ code: null, reason: "the folder /nowhere/at-all does not exist" });
  });

  it("does not take another process that answers on the port for the service", async () => {
    const [port] = (await freePorts(1, "occupied")) as [number];
    const other = createServer().listen(port, "127.0.0.1");
    onTestFinished(() => void other.close());
    const { supervisor, events } = watchedSupervisor();
    supervisor.start("s", runSpec(serving("1"), { restart: "never" }), [port]);
    await eventually(() => expect(types(events)).toEqual(["exited", "gave-up"]));
    expect(events[0]).toMatchObject({
      reason: expect.stringMatching(`port ${port} is in use by .*\\(pid ${process.pid}\\)`),
    });
  });
});

describe("stop", () => {
  it("ends every process of the group, however deep", async () => {
    const { supervisor, lines } = watchedSupervisor();
    // A shell that stays (two commands), a subshell, and a child in the background that ignores SIGTERM.
    const command = `sh -c 'trap "" TERM; echo $$; sleep 60; sleep 60' & sh -c 'echo $$; sleep 60; true'; true`;
    const [instance] = supervisor.start("s", runSpec(command), [1]);
    await eventually(() => expect(lines).toHaveLength(2));
    const pids = [...lines.map((line) => Number(line.split(" ").at(-1))), instance?.pid as number];
    expect(pids.every(runs)).toBe(true);
    await supervisor.stop(50);
    expect(pids.map(runs)).toEqual([false, false, false]);
    expect(instance?.state).toBe("stopped");
  });

  it("lets a service finish within the grace", async () => {
    const { supervisor, lines, events } = watchedSupervisor();
    supervisor.start("s", runSpec(`trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.02; done`), [1]);
    await eventually(() => expect(lines).toEqual(["s 1 stdout up"]));
    await supervisor.stop(5_000);
    expect(lines).toContain("s 1 stdout bye");
    expect(events.at(-1)).toMatchObject({ type: "exited", code: 0, expected: true });
  });

  it("ends one service and leaves the others, which may be started again", async () => {
    const { supervisor } = watchedSupervisor();
    const [one] = supervisor.start("one", runSpec("sleep 60"), [1]);
    const [two] = supervisor.start("two", runSpec("sleep 60"), [2]);
    await eventually(() => expect([one?.pid, two?.pid]).not.toContain(undefined));
    await supervisor.stop(1_000, "one");
    expect([one?.state, two?.state]).toEqual(["stopped", "starting"]);
    expect(() => supervisor.start("one", runSpec("sleep 60"), [1])).not.toThrow();
  });

  it("ends an instance that is being launched at that moment", async () => {
    const { supervisor, events } = watchedSupervisor();
    supervisor.start("s", runSpec("sleep 60"), [1]);
    await supervisor.stop(1_000);
    const started = events.flatMap((event) => (event.type === "starting" ? [event.pid] : []));
    expect(started.filter(runs)).toEqual([]);
    expect(supervisor.processes()).toEqual([]);
  });
});
