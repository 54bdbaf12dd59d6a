import { join, resolve } from "node:path";
import { type Clock, systemClock } from "../shared/clock.ts";
import type { ManagedProcess, OutputStream, ProcessEvent } from "./events.ts";
import { Instance } from "./instance.ts";
import { endOrphans } from "./orphans.ts";
import { createProcessJournal, type ProcessRecord } from "./process-journal.ts";
import type { RunSpec } from "./schema.ts";
import { systemTimers, type Timers } from "../shared/timers.ts";
import { type FileWatch, watchFiles } from "./watch-files.ts";

/** Milliseconds between SIGTERM and SIGKILL, where nothing else is said. */
const GRACE = 5_000;
/** Milliseconds that a restarted instance has to become ready before the next one is restarted all the same. */
const ROLLING_PATIENCE = 5_000;
const SETTLE_INTERVAL = 20;

export interface SupervisorOptions {
  /** The config file's folder: `run.cwd` is relative to it. */
  readonly baseDirectory: string;
  /** The config's state folder (`configStateDirectory`), where running processes are written down. None: not written down. */
  readonly stateDirectory?: string;
  /** What the services inherit. Default: this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  readonly timers?: Timers;
  onOutput?(service: string, instance: number, stream: OutputStream, line: string): void;
  onEvent?(event: ProcessEvent): void;
}

/** Runs the services that have `run`. */
export interface Supervisor {
  /** Ends what an earlier, killed gatewayctl of this config left running; call it before the first `start`. */
  endOrphans(): Promise<ProcessRecord[]>;
  /**
   * Starts `run.instances` instances, the n-th with `PORT` set to `ports[n]`. Each is launched, watched and restarted
   * from then on; `onEvent` tells.
   *
   * @throws RangeError if there are fewer ports than instances, or the service was started already.
   */
  start(service: string, run: RunSpec, ports: readonly number[]): ManagedProcess[];
  /** The instances of a service, or of all; empty for one that was not started. */
  processes(service?: string): readonly ManagedProcess[];
  /** Ends one service, or all: SIGTERM to each instance's process group, SIGKILL after `graceMs` (default 5000). */
  stop(graceMs?: number, service?: string): Promise<void>;
}

interface Group {
  readonly instances: readonly Instance[];
  readonly watch: FileWatch | undefined;
}

/** A supervisor with nothing started. Its processes end with this process, however that ends (see last-resort.ts). */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const timers = options.timers ?? systemTimers;
  const folder = options.stateDirectory;
  const journal = folder === undefined ? undefined : createProcessJournal(join(folder, "processes"));
  const groups = new Map<string, Group>();
  const clock = options.clock ?? systemClock;
  const env = options.env ?? process.env;

  const createInstance = (service: string, run: RunSpec, cwd: string, port: number, instance: number): Instance =>
    new Instance({
      ...{ service, instance, port, run, cwd, env, clock, timers, journal, graceMs: GRACE },
      onOutput: (stream, line) => options.onOutput?.(service, instance, stream, line),
      onEvent: (event) => options.onEvent?.({ ...event, service, instance, port }),
    });

  return {
    endOrphans: async () => (journal ? endOrphans(journal, GRACE, timers) : []),
    start(service, run, ports) {
      if (groups.has(service)) throw new RangeError(`Service ${service} is started already`);
      if (ports.length < run.instances) throw new RangeError(`${run.instances} instances need as many ports`);
      const cwd = resolve(options.baseDirectory, run.cwd);
      const instances = ports
        .slice(0, run.instances)
        .map((port, index) => createInstance(service, run, cwd, port, index + 1));
      groups.set(service, { instances, watch: watchFor(run, cwd, instances, timers) });
      for (const instance of instances) instance.start();
      return [...instances];
    },
    processes(service) {
      const chosen = service === undefined ? [...groups.values()] : [groups.get(service)];
      return chosen.flatMap((group) => group?.instances ?? []);
    },
    async stop(graceMs = GRACE, service) {
      const names = service === undefined ? [...groups.keys()] : [service];
      await Promise.all(names.map((name) => stopGroup(groups.get(name), graceMs)));
      for (const name of names) groups.delete(name);
    },
  };
}

async function stopGroup(group: Group | undefined, graceMs: number): Promise<void> {
  group?.watch?.close();
  await Promise.all((group?.instances ?? []).map((instance) => instance.stop(graceMs)));
}

function watchFor(run: RunSpec, cwd: string, instances: readonly Instance[], timers: Timers): FileWatch | undefined {
  if (run.watch.length === 0) return undefined;
  const paths = run.watch.map((path) => resolve(cwd, path));
  let rolling = Promise.resolve();
  let queued = false;
  return watchFiles(paths, timers, () => {
    // However many changes come during one round of restarts, one more round covers them.
    if (queued) return;
    queued = true;
    rolling = rolling.then(() => {
      queued = false;
      return restartInTurn(instances, timers);
    });
  });
}

/** One after another, each only when the one before answers, so that the service as a whole keeps answering. */
async function restartInTurn(instances: readonly Instance[], timers: Timers): Promise<void> {
  for (const instance of instances) {
    const before = instance.restarts;
    await instance.restart();
    await settled(instance, before, timers);
  }
}

/** Until the instance that was restarted answers, or has ended again, or has had time enough. */
function settled(instance: Instance, restartsBefore: number, timers: Timers): Promise<void> {
  return new Promise((done) => {
    const look = (left: number): void => {
      const { state, restarts } = instance;
      const decided = state === "stopped" || (restarts > restartsBefore && state !== "starting");
      if (decided || left <= 0) done();
      else timers.after(SETTLE_INTERVAL, () => look(left - SETTLE_INTERVAL));
    };
    look(ROLLING_PATIENCE);
  });
}
