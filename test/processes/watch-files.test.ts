import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemTimers } from "../../src/processes/timers.ts";
import { watchFiles } from "../../src/processes/watch-files.ts";
import { eventually, runSpec, temporaryFolder, watchedSupervisor } from "./support.ts";

async function watching(...names: string[]): Promise<{ folder: string; changes: string[] }> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "src/deep"), { recursive: true });
  mkdirSync(join(folder, "src/node_modules"));
  writeFileSync(join(folder, "src/a.js"), "1");
  writeFileSync(join(folder, "src/deep/b.js"), "1");
  const changes: string[] = [];
  const watch = watchFiles(
    names.map((name) => join(folder, name)),
    systemTimers,
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

describe("run.watch", () => {
  it("restarts the instances one after another", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.txt"), "1");
    const { supervisor, events } = watchedSupervisor({ baseDirectory: folder });
    const run = runSpec("cat a.txt; sleep 60", { watch: ["a.txt"], instances: 2 });
    const instances = supervisor.start("s", run, [1, 2]);
    await eventually(() => expect(instances.every((each) => each.pid !== undefined)).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    writeFileSync(join(folder, "a.txt"), "22");
    await eventually(() => expect(instances[0]?.restarts).toBe(1));
    // Nothing answers on port 1, so that the second one waits for its turn.
    expect(instances[1]?.restarts).toBe(0);
    expect(events.filter((event) => event.type === "restarting")).toMatchObject([{ instance: 1, cause: "change" }]);
  });
});
