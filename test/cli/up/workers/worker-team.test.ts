import { describe, expect, it } from "vitest";
import type { ForkWorker } from "../../../../src/cli/up/workers/fork-worker.ts";
import { WorkerTeam } from "../../../../src/cli/up/workers/worker-team.ts";
import { InstanceGroup } from "../../../../src/gateway/instances/instance-group.ts";
import { connectPeer } from "../../../../src/gateway/instances/peer.ts";
import type { InstanceSettings } from "../../../../src/gateway/instances/protocol.ts";
import { GatewayError } from "../../../../src/shared/errors/gateway-error.ts";
import type { Timers } from "../../../../src/shared/timers.ts";
import { until } from "../../../helpers/eventually.ts";
import { linkPair } from "../../../gateway/instances/link-pair.ts";

interface FakeWorker {
  readonly number: number;
  end(how: string): void;
  readonly isOver: boolean;
}

type NewSettings = Omit<InstanceSettings, "known">;

/** What a worker does when it is told to start. */
type Start = (attempt: number) => "serve" | "end" | GatewayError;

/** A team whose processes are made up, and whose time passes only when the test says so. */
function makeTeam(size: number, start: Start = () => "serve") {
  const workers: FakeWorker[] = [];
  const log: string[] = [];
  const pauses: { ms: number; run: () => void }[] = [];
  let now = 0;
  let attempts = 0;
  const timers: Timers = {
    after(ms, run) {
      const pause = { ms, run };
      // Patience with a process that hangs is not what is waited for here.
      if (ms === 1_000 && log.includes("ending")) setTimeout(run, 20);
      else pauses.push(pause);
      return () => void pauses.splice(pauses.indexOf(pause), pauses.includes(pause) ? 1 : 0);
    },
  };
  const group = new InstanceGroup({ onHealthChange: () => {}, onProtection: () => {}, onCertificates: () => {} });
  const fork: ForkWorker = () => {
    const pair = linkPair();
    let over = false;
    let exit: (how: string) => void = () => {};
    const exited = new Promise<string>((resolve) => (exit = resolve));
    const end = (how: string): void => {
      over = true;
      pair.close();
      setImmediate(() => exit(how));
    };
    const attempt = attempts++;
    const fake = {
      number: attempt,
      end,
      get isOver() {
        return over;
      },
    };
    workers.push(fake);
    connectPeer(pair.instance, {
      start: (): unknown => {
        const what = start(attempt);
        if (what instanceof GatewayError) throw what;
        if (what === "serve") return [];
        end("signal SIGABRT");
        return new Promise(() => {});
      },
      stop: () => 2,
      drain: () => 0,
      retire: () => {},
    });
    return {
      pid: 100 + attempt,
      link: pair.front,
      exited,
      disconnect: () => end("exit code 0"),
      kill: () => end("signal SIGKILL"),
    };
  };
  const say = (level: string) => (fields: object, text?: string) =>
    void log.push(`${level} ${JSON.stringify(fields)} ${text}`);
  const replaced: number[] = [];
  const settings = { version: "before" };
  const serving = new Map<number, string>();
  const team = new WorkerTeam({
    noun: "worker",
    size,
    group,
    fork,
    log: { info: say("info"), warn: say("warn"), error: say("error") } as never,
    clock: { now: () => now },
    timers,
    settings: (number) => ({ name: `worker ${number}`, seed: settings.version }) as unknown as NewSettings,
    onServing: ({ number }, { seed }) => void serving.set(number, String(seed)),
    output: { onLines: () => {}, onStray: () => {} },
    onReplaced: ({ number }) => replaced.push(number),
  });
  return {
    team,
    group,
    workers,
    log,
    replaced,
    /** What settings new workers get. */
    settings,
    /** By whose settings each number serves. */
    serving,
    /** Lets the pauses that wait now pass, and says how long each was. */
    pass(): number[] {
      return pauses.splice(0).map(({ ms, run }) => {
        run();
        return ms;
      });
    },
    pauses,
    setTime: (ms: number) => void (now = ms),
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 15));

describe("a team of workers", () => {
  it("starts one, and the others when it serves", async () => {
    const { team, group, workers } = makeTeam(3);
    const started = team.start();
    expect(workers).toHaveLength(1);
    await started;
    expect(group.serving.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  it("says once why the first one cannot serve, and starts no other", async () => {
    const { team, workers, log } = makeTeam(3, () => new GatewayError("GW0010", "Port 1 is in use."));
    await expect(team.start()).rejects.toMatchObject({ code: "GW0010", message: "Port 1 is in use." });
    expect(workers).toHaveLength(1);
    expect(log).toEqual([]);
  });

  it("tries five times with ever longer pauses where workers end before they serve, and then says how", async () => {
    const { team, pass, pauses, log } = makeTeam(2, () => "end");
    const failed = team.start().catch((error: unknown) => error);
    const waited: number[] = [];
    for (let i = 0; i < 4; i++) {
      await until(() => pauses.some(({ ms }) => ms < 30_000));
      waited.push(...pass().filter((ms) => ms < 30_000));
    }
    expect(waited).toEqual([250, 500, 1_000, 2_000]);
    expect(await failed).toMatchObject({
      code: "GW0020",
      message: "Workers ended before they served, 5 times in a row: signal SIGABRT.",
    });
    expect(log).toHaveLength(4);
  });

  it("puts another in the place of one that ends, at once, with its number", async () => {
    const { team, group, workers, log, replaced } = makeTeam(2);
    await team.start();
    workers[1]?.end("signal SIGKILL");
    await until(() => replaced.length === 1);
    expect(replaced).toEqual([2]);
    expect(group.serving.map(({ number, pid }) => [number, pid])).toEqual([
      [1, 100],
      [2, 102],
    ]);
    expect(log[0]).toContain('{"worker":2,"pid":101} worker ended: signal SIGKILL; another takes its place');
  });

  it("lets one that ends again and again wait ever longer, until one has lived for ten seconds", async () => {
    const { team, workers, replaced, pass, pauses, setTime } = makeTeam(2);
    await team.start();
    const waited: number[] = [];
    workers[0]?.end("x");
    await until(() => replaced.length === 1);
    for (let i = 2; i < 5; i++) {
      workers.at(-1)?.end("x");
      await until(() => pauses.some(({ ms }) => ms < 30_000));
      waited.push(...pass().filter((ms) => ms < 30_000));
      await until(() => replaced.length === i);
    }
    expect(waited).toEqual([250, 500, 1_000]);
    setTime(10_000);
    workers.at(-1)?.end("x");
    await until(() => replaced.length === 5);
    expect(pauses.filter(({ ms }) => ms < 30_000)).toEqual([]);
  });

  it("goes on with those that serve where one cannot be started again, and fails when nobody is left", async () => {
    let broken = false;
    const { team, group, workers, pass, pauses, log } = makeTeam(2, () => (broken ? "end" : "serve"));
    await team.start();
    let failure: unknown;
    team.failed.catch((error: unknown) => (failure = error));
    broken = true;
    workers[0]?.end("x");
    for (let i = 0; i < 7; i++) {
      await until(() => pauses.some(({ ms }) => ms < 30_000));
      pass();
    }
    await settle();
    expect(failure).toBeUndefined();
    expect(group.serving).toHaveLength(1);
    expect(log.filter((line) => line.startsWith("error"))).not.toHaveLength(0);
    workers[1]?.end("y");
    await until(() => {
      pass();
      return failure;
    });
    expect(failure).toMatchObject({ code: "GW0020" });
  });

  it("replaces nobody once it is dismissed, and leaves no process", async () => {
    const { team, workers, log } = makeTeam(3);
    await team.start();
    team.dismiss();
    workers[0]?.end("exit code 0");
    await settle();
    expect(workers).toHaveLength(3);
    log.push("ending");
    // Each of the two that are left says that it cut two.
    expect(await team.end()).toBe(4);
    expect(workers.every(({ isOver }) => isOver)).toBe(true);
  });

  it("ends while a worker is waited for", async () => {
    const { team, workers, pauses, log } = makeTeam(2, (attempt) => (attempt < 2 ? "serve" : "end"));
    await team.start();
    workers[0]?.end("x");
    await until(() => pauses.some(({ ms }) => ms < 30_000));
    log.push("ending");
    await team.end();
    await settle();
    expect(workers).toHaveLength(3);
    expect(workers.every(({ isOver }) => isOver)).toBe(true);
  });

  it("takes back what was rolled already when one of the new ones does not serve", async () => {
    // Three serve, the first two are renewed, and the third of the new ones refuses.
    const refused = new GatewayError("GW0020", "no");
    const { team, settings, serving, workers } = makeTeam(3, (attempt) => (attempt === 5 ? refused : "serve"));
    await team.start();
    settings.version = "after";
    const versions: (readonly string[])[] = [];
    const rolled = team.roll(1_000, () => {
      versions.push([...serving.values()]);
      settings.version = "before";
    });
    await expect(rolled).rejects.toThrow("no");
    expect(versions).toEqual([["after", "after", "before"]]);
    expect([...serving.values()]).toEqual(["before", "before", "before"]);
    expect(workers).toHaveLength(8);
    await team.end();
  });

  it("has one of each number after two rolls at once, with whoever ends meanwhile", async () => {
    const { team, group, workers, pass, pauses } = makeTeam(2);
    await team.start();
    const rolls = [team.roll(1_000, () => {}), team.roll(1_000, () => {})];
    // The second one, which is to be rolled next, ends by itself.
    workers[1]?.end("signal SIGSEGV");
    await Promise.all(rolls);
    await settle();
    expect(group.serving.length).toBeGreaterThan(2);
    while (pauses.length > 0) {
      pass();
      await settle();
    }
    expect(group.serving.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([1, 2]);
    expect(workers.filter(({ isOver }) => !isOver)).toHaveLength(2);
    await team.end();
    expect(workers.every(({ isOver }) => isOver)).toBe(true);
  });
});
