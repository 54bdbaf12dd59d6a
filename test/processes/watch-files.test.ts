import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemTimers, type Timers } from "../../src/shared/timers.ts";
import { watchFiles } from "../../src/processes/watch-files.ts";
import { freePorts } from "../../src/processes/free-ports.ts";
import { eventually, manualDelays, runSpec, serving, temporaryFolder, watchedSupervisor } from "./support.ts";

/** Only what a notice brings about: the slow poll would find everything in the end. */
const withoutPoll: Timers = { after: (ms, run) => (ms < 2_000 ? systemTimers.after(ms, run) : () => {}) };

async function watching(...names: string[]): Promise<{ folder: string; changes: string[] }> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "src/deep"), { recursive: true });
  mkdirSync(join(folder, "src/node_modules"));
  writeFileSync(join(folder, "src/a.js"), "1");
  writeFileSync(join(folder, "src/deep/b.js"), "1");
  const changes: string[] = [];
  const watch = watchFiles(
    names.map((name) => join(folder, name)),
    withoutPoll,
    (path) => changes.push(path.slice(folder.length + 1)),
  );
  onTestFinished(() => watch.close());
  await watch.ready;
  return { folder, changes };
}

describe("watchFiles", () => {
  it("notices a write below a folder, once for a burst", async () => {
    const { folder, changes } = await watching("src");
    for (const text of ["22", "333", "4444"]) writeFileSync(join(folder, "src/deep/b.js"), text);
    await eventually(() => expect(changes).toEqual(["src/deep/b.js"]));
  });

  it("notices a file that is replaced by renaming, again and again", async () => {
    const { folder, changes } = await watching("src/a.js");
    for (let round = 1; round <= 2; round++) {
      writeFileSync(join(folder, "src/a.js.tmp"), `round ${round}`);
      renameSync(join(folder, "src/a.js.tmp"), join(folder, "src/a.js"));
      await eventually(() => expect(changes).toEqual(Array(round).fill("src/a.js")));
    }
  });

  it("notices new files, new folders and removed ones", async () => {
    const { folder, changes } = await watching("src");
    mkdirSync(join(folder, "src/new"));
    writeFileSync(join(folder, "src/new/c.js"), "1");
    await eventually(() => expect(changes).toEqual(["src/new/c.js"]));
    writeFileSync(join(folder, "src/new/c.js"), "22");
    await eventually(() => expect(changes).toEqual(["src/new/c.js", "src/new/c.js"]));
    rmSync(join(folder, "src/new"), { recursive: true });
    await eventually(() => expect(changes).toHaveLength(3));
  });

  it("notices a file that was not there", async () => {
    const { folder, changes } = await watching("src/later.js");
    writeFileSync(join(folder, "src/later.js"), "1");
    await eventually(() => expect(changes).toEqual(["src/later.js"]));
  });

  it("does not look at neighbours, node_modules and hidden files", async () => {
    const { folder, changes } = await watching("src/a.js", "src/deep");
    writeFileSync(join(folder, "src/neighbour.js"), "1");
    writeFileSync(join(folder, "src/node_modules/m.js"), "1");
    writeFileSync(join(folder, "src/deep/.b.js.swp"), "1");
    // The last write is seen, and nothing before it.
    utimesSync(join(folder, "src/a.js"), 1, 1);
    await eventually(() => expect(changes).toEqual(["src/a.js"]));
  });
});

describe("watchFiles, without notices", () => {
  it("finds a change by its slow poll", async () => {
    const file = join(temporaryFolder(), "a.js");
    writeFileSync(file, "1");
    const { timers, pending, elapse } = manualDelays(2_000);
    const changes: string[] = [];
    // The short delay is that of a look after a notice.
    const deaf: Timers = { after: (ms, run) => (ms < 2_000 ? () => {} : timers.after(ms, run)) };
    const watch = watchFiles([file], deaf, (path) => changes.push(path));
    onTestFinished(() => watch.close());
    await watch.ready;
    expect(pending).toEqual([2_000]);
    elapse();
    await eventually(() => expect(pending).toHaveLength(2));
    utimesSync(file, 1, 1);
    elapse();
    await eventually(() => expect(changes).toEqual([file]));
  });

  it("is not put off for ever by what goes on beside its files", async () => {
    const { folder, changes } = await watching("src/a.js");
    const noise = setInterval(() => writeFileSync(join(folder, "src/log"), String(Math.random())), 20);
    onTestFinished(() => clearInterval(noise));
    writeFileSync(join(folder, "src/a.js"), "22");
    await eventually(() => expect(changes).toEqual(["src/a.js"]));
  });
});

describe("run.watch", () => {
  it("restarts the instances one after another, each when the one before answers", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.txt"), "1");
    const { supervisor, events } = watchedSupervisor({ baseDirectory: folder });
    const run = runSpec(serving("1"), { watch: ["a.txt"], instances: 2 });
    const instances = supervisor.start("s", run, await freePorts(2, "watch"));
    await eventually(() => expect(instances.map((each) => each.state)).toEqual(["ready", "ready"]));
    const before = events.length;
    writeFileSync(join(folder, "a.txt"), "22");
    await eventually(() => expect(instances.map((each) => each.restarts)).toEqual([1, 1]));
    await eventually(() => expect(instances.map((each) => each.state)).toEqual(["ready", "ready"]));
    const round = ["exited", "restarting", "starting", "ready"];
    expect(events.slice(before).map((event) => `${event.instance} ${event.type}`)).toEqual(
      [1, 2].flatMap((instance) => round.map((type) => `${instance} ${type}`)),
    );
  });

  it("brings back a service that had given up", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.txt"), "exit 0");
    const { supervisor } = watchedSupervisor({ baseDirectory: folder });
    const [instance] = supervisor.start("s", runSpec("sh a.txt", { watch: ["a.txt"] }), [1]);
    await eventually(() => expect(instance?.state).toBe("ended"));
    writeFileSync(join(folder, "a.txt"), "exec sleep 60");
    await eventually(() => expect(instance?.restarts).toBe(1));
  });
});
