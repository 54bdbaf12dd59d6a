import type { Clock } from "../shared/clock.ts";
import type { InstanceEvent, InstanceName, ManagedProcess, OutputStream, ProcessState } from "./events.ts";
import { guardGroup } from "./last-resort.ts";
import { isExit, type Launched, launch, notStarted } from "./launch.ts";
import { portOwner } from "./port-owner.ts";
import { endGroup } from "./process-group.ts";
import type { ProcessJournal } from "./process-journal.ts";
import { acceptsConnection, whenReady } from "./readiness.ts";
import { type ProcessExit, restartDelay, STABLE_AFTER, shouldRestart, whyNot } from "./restart.ts";
import type { RunSpec } from "./schema.ts";
import { atMost, type Timers } from "../shared/timers.ts";

const KEPT_ERROR_LINES = 50;
/** Milliseconds that the rest of a group has to end once its leader has. */
const LEFTOVER_GRACE = 1_000;
/** Milliseconds to wait for output that is still in the pipe. A process that left the group may hold the pipe open. */
const DRAIN_PATIENCE = 250;
/** Milliseconds after which a shell has replaced itself by its command, if it does. */
const SETTLED_AFTER = 500;

export interface InstanceOptions extends InstanceName {
  readonly run: RunSpec;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly journal: ProcessJournal | undefined;
  /** Milliseconds between SIGTERM and SIGKILL when it is restarted. */
  readonly graceMs: number;
  onOutput(stream: OutputStream, line: string): void;
  onEvent(event: InstanceEvent): void;
}

/** One instance and its one loop: launch, wait for the end, decide, pause, launch again. */
export class Instance implements ManagedProcess {
  readonly service: string;
  readonly instance: number;
  readonly port: number;
  readonly #options: InstanceOptions;
  readonly #errors: string[] = [];
  #state: ProcessState = "stopped";
  #pid: number | undefined;
  #launches = 0;
  #wanted = false;
  #restartAsked = false;
  #wake: () => void = () => {};
  #loop: Promise<void> = Promise.resolve();

  constructor(options: InstanceOptions) {
    this.service = options.service;
    this.instance = options.instance;
    this.port = options.port;
    this.#options = options;
  }

  get state(): ProcessState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#pid;
  }

  get restarts(): number {
    return Math.max(0, this.#launches - 1);
  }

  recentErrors(): readonly string[] {
    return [...this.#errors];
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#loop = this.#loop.then(() => this.#supervise());
  }

  async restart(): Promise<void> {
    if (!this.#wanted) return;
    this.#restartAsked = true;
    this.#wake();
    if (this.#pid !== undefined) await endGroup(this.#pid, this.#options.graceMs, this.#options.timers);
  }

  /** SIGTERM to all of it, SIGKILL after `graceMs`; resolves when nothing of it runs. */
  async stop(graceMs: number): Promise<void> {
    this.#wanted = false;
    this.#wake();
    if (this.#pid !== undefined) await endGroup(this.#pid, graceMs, this.#options.timers);
    await this.#loop;
  }

  async #supervise(): Promise<void> {
    let exitsInARow = 0;
    while (this.#wanted) {
      const began = this.#options.clock.now();
      const exit = await this.#live();
      if (!this.#wanted) break;
      if (this.#restartAsked) {
        // Nothing to wait for.
      } else if (shouldRestart(this.#options.run.restart, exit)) {
        exitsInARow = this.#options.clock.now() - began >= STABLE_AFTER ? 1 : exitsInARow + 1;
        const inMs = restartDelay(exitsInARow);
        this.#enter("waiting", { type: "restarting", inMs, cause: "exit" });
        await this.#pause(inMs);
      } else {
        this.#enter("ended", { type: "gave-up", reason: whyNot(exit, this.#options.run.restart) });
        await this.#pause(undefined);
      }
      if (!this.#restartAsked || !this.#wanted) continue;
      this.#restartAsked = false;
      exitsInARow = 0;
      this.#enter("waiting", { type: "restarting", inMs: 0, cause: "change" });
    }
    this.#state = "stopped";
  }

  /** From launch to end, what is left of the group included. */
  async #live(): Promise<ProcessExit> {
    this.#state = "starting";
    const occupied = await this.#occupant();
    if (!this.#wanted) return notStarted("stopped");
    const launched = occupied ?? (await this.#launch());
    if (isExit(launched)) return this.#exited(launched);
    this.#pid = launched.pid;
    // stop() or restart() may have come while the process was being made, and found none to signal.
    if (!this.#wanted || this.#restartAsked) void endGroup(launched.pid, this.#options.graceMs, this.#options.timers);
    return this.#attend(launched);
  }

  async #attend({ pid, exit: exiting, drained }: Launched): Promise<ProcessExit> {
    const { journal, clock, timers, service, instance, port } = this.#options;
    const release = guardGroup(pid);
    this.#launches++;
    this.#options.onEvent({ type: "starting", pid });
    const recorded = journal?.add(pid, { service, instance, port });
    const forgetSettled = timers.after(SETTLED_AFTER, () => void journal?.refresh(pid));
    const began = clock.now();
    const forgetReady = whenReady(port, timers, () => {
      void journal?.refresh(pid);
      this.#enter("ready", { type: "ready", pid, afterMs: clock.now() - began });
    });
    const exit = await exiting;
    this.#state = "ended";
    forgetReady();
    forgetSettled();
    await endGroup(pid, LEFTOVER_GRACE, timers);
    await atMost(DRAIN_PATIENCE, drained, timers);
    await recorded;
    journal?.remove(pid);
    release();
    this.#pid = undefined;
    return this.#exited(exit);
  }

  #launch(): Promise<Launched | ProcessExit> {
    const { run, cwd, env, onOutput } = this.#options;
    return launch({
      command: run.command,
      cwd,
      env: { ...env, ...run.env, PORT: String(this.port) },
      onLine: (stream, line) => {
        if (stream === "stderr") this.#errors.push(line);
        if (this.#errors.length > KEPT_ERROR_LINES) this.#errors.shift();
        onOutput(stream, line);
      },
    });
  }

  /** Whoever already answers on the port would be taken for the service, and its readiness with it. */
  async #occupant(): Promise<ProcessExit | undefined> {
    if (!(await acceptsConnection(this.port))) return undefined;
    const owner = await portOwner(this.port);
    const by = owner ? `by ${owner.command} (pid ${owner.pid})` : "by another process";
    return notStarted(`port ${this.port} is in use ${by}`);
  }

  #exited(exit: ProcessExit): ProcessExit {
    this.#state = "ended";
    this.#options.onEvent({ type: "exited", expected: !this.#wanted || this.#restartAsked, ...exit });
    return exit;
  }

  #enter(state: ProcessState, event: InstanceEvent): void {
    this.#state = state;
    this.#options.onEvent(event);
  }

  /** Until `ms` have passed (never, if undefined), or stop() or restart() wakes it. */
  #pause(ms: number | undefined): Promise<void> {
    if (!this.#wanted || this.#restartAsked) return Promise.resolve();
    return new Promise((resolve) => {
      const forget = ms === undefined ? () => {} : this.#options.timers.after(ms, resolve);
      this.#wake = () => {
        forget();
        resolve();
      };
    });
  }
}
