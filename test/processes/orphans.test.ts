import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startParent } from "./support-parent.ts";
import { eventually, runs, temporaryFolder, watchedSupervisor } from "./support.ts";

const COMMAND = "echo $$; exec sleep 60";

/** A gatewayctl that was killed with its service running, and what it wrote down. */
async function killedParent(): Promise<{
  folder: string;
  service: number;
  record: () => Record<string, unknown>;
  path: string;
}> {
  const folder = temporaryFolder();
  const parent = await startParent(folder, COMMAND);
  const path = join(folder, "processes", `${parent.service}.json`);
  const record = () => JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  // The shell has replaced itself by sleep, and that was written down.
  await eventually(() => expect(record()["commands"]).toContain("sleep 60"));
  await parent.kill("SIGKILL");
  return { folder, service: parent.service, record, path };
}

describe("endOrphans", () => {
  it("ends what a killed gatewayctl left, and forgets it", async () => {
    const { folder, service, path } = await killedParent();
    expect(runs(service)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { supervisor } = watchedSupervisor({ stateDirectory: folder });
    expect(await supervisor.endOrphans()).toMatchObject([{ pid: service, service: "users", instance: 1 }]);
    expect(runs(service)).toBe(false);
    expect(readdirSync(join(folder, "processes"))).toEqual([]);
  });

  it.each([
    ["start", { startedAt: "another/1" }],
    ["command line", { commands: ["sleep 61"] }],
  ])("leaves a process alone whose %s is another", async (_, change) => {
    const { folder, service, record, path } = await killedParent();
    writeFileSync(path, JSON.stringify({ ...record(), ...change }));
    const { supervisor } = watchedSupervisor({ stateDirectory: folder });
    expect(await supervisor.endOrphans()).toEqual([]);
    expect(runs(service)).toBe(true);
    expect(readdirSync(join(folder, "processes"))).toEqual([]);
    process.kill(service, "SIGKILL");
  });

  it("leaves the services of a gatewayctl alone that still runs", async () => {
    const folder = temporaryFolder();
    const parent = await startParent(folder, COMMAND);
    const { supervisor } = watchedSupervisor({ stateDirectory: folder });
    await eventually(() => expect(readdirSync(join(folder, "processes"))).toEqual([`${parent.service}.json`]));
    expect(await supervisor.endOrphans()).toEqual([]);
    expect(runs(parent.service)).toBe(true);
    expect(readdirSync(join(folder, "processes"))).toEqual([`${parent.service}.json`]);
  });

  it("removes a record that cannot be understood", async () => {
    const folder = temporaryFolder();
    const { supervisor } = watchedSupervisor({ stateDirectory: folder });
    writeFileSync(join(folder, "processes/1.json"), '{"pid":1}');
    expect(await supervisor.endOrphans()).toEqual([]);
    expect(readdirSync(join(folder, "processes"))).toEqual([]);
  });
});
