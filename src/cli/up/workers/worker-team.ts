import type { BoundListener } from "../../../gateway/gateway.ts";
import type { GroupMember, InstanceGroup } from "../../../gateway/instances/instance-group.ts";
import { LinkClosed } from "../../../gateway/instances/peer.ts";
import type { InstanceSettings } from "../../../gateway/instances/protocol.ts";
import { restartDelay, STABLE_AFTER } from "../../../processes/restart.ts";
import type { Clock, Millis } from "../../../shared/clock.ts";
import { GatewayError } from "../../../shared/errors/gateway-error.ts";
import { atMost, type Timers } from "../../../shared/timers.ts";
import type { Logger } from "../../../telemetry/event-log.ts";
import type { ForkWorker, WorkerOutput, WorkerProcess } from "./fork-worker.ts";

/** A worker that does not serve after this time hangs. */
const START_PATIENCE: Millis = 30_000;
/** Starts that fail one after the other, while nobody serves, before it is given up. */
const MOST_FAILED_STARTS = 5;
/** How long clients of one that retires have to come again by themselves. */
const MOVING_TIME: Millis = 2_000;
/** How long a worker that has been told to end may take. */
const END_PATIENCE: Millis = 1_000;

export interface WorkerTeamOptions {
  /** How many there are to be. */
  readonly size: number;
  readonly group: InstanceGroup;
  readonly fork: ForkWorker;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
  readonly clock: Clock;
  readonly timers: Timers;
  /** What worker `number`, from 1, is told to do. */
  settings(number: number): Omit<InstanceSettings, "known">;
  readonly output: WorkerOutput;
  /** A worker serves in the place of one that ended. */
  onReplaced(member: GroupMember): void;
  /** What they are called. */
  readonly noun: "worker" | "gateway";
  /** One serves, by these settings. */
  onServing?(member: GroupMember, settings: Omit<InstanceSettings, "known">): void;
  /** One serves no more; or shall not any more. */
  onGone?(member: GroupMember): void;
}

/** A worker that serves. */
interface Life {
  /** Another serves in its place: its end is no news. */
  retired?: boolean;
  readonly member: GroupMember;
  readonly process: WorkerProcess;
  readonly bound: readonly BoundListener[];
}

/**
 * Keeps a number of workers alive: one that ends is replaced at once; one that ends again and again, after ever longer
 * pauses (250 ms to 10 s).
 */
export class WorkerTeam {
  private readonly options: WorkerTeamOptions;
  private readonly processes = new Set<WorkerProcess>();
  private readonly lives = new Map<number, Life>();
  private readonly pauses = new Set<() => void>();
  /** Of each number, the birth that is going on, if any: never two at once, or one would be nobody's. */
  private readonly births = new Map<number, Promise<unknown>>();
  private failedStarts = 0;
  private ending = false;
  private fail: (error: Error) => void = () => {};
  /** Never resolves; rejects if no worker is left and none can be started. */
  readonly failed = new Promise<never>((_, reject) => {
    this.fail = reject;
  });

  constructor(options: WorkerTeamOptions) {
    this.options = options;
    // Whoever does not wait for it must not end by it.
    this.failed.catch(() => {});
  }

  /**
   * Starts all; resolves when all serve, with where they listen. The first one goes alone: what keeps it from serving
   * would keep the others too, and is said once; what it makes (a local CA) the others find.
   *
   * @throws GatewayError as the worker threw it; GW0020 if workers end before they serve
   */
  async start(): Promise<readonly BoundListener[]> {
    const first = await this.firstLife(1);
    const others = Array.from({ length: this.options.size - 1 }, (_, index) => this.firstLife(index + 2));
    await Promise.all(others);
    return first.bound;
  }

  /**
   * Has another one, by the settings of now, serve in the place of each, one after the other: so that there is always
   * somebody. What is in progress on the one before may take `drainTimeout` to finish.
   *
   * @param takeBack makes the settings of now those of before again: those already changed then go back to them, too
   * @throws GatewayError what keeps a new one from serving: then all are as they were
   */
  async roll(drainTimeout: Millis, takeBack: () => void): Promise<void> {
    const renewed: number[] = [];
    try {
      for (const number of [...this.lives.keys()]) {
        await this.renew(number, drainTimeout);
        renewed.push(number);
      }
    } catch (error) {
      takeBack();
      for (const number of renewed) await this.renew(number, drainTimeout).catch(this.sayNotTakenBack(number));
      throw error;
    }
  }

  private renew(number: number, drainTimeout: Millis): Promise<void> {
    return this.inTurn(number, async () => {
      if (this.ending) return;
      const before = this.lives.get(number);
      const next = await this.bear(number);
      void this.keep(number, next);
      if (before === undefined || !this.processes.has(before.process)) return;
      before.retired = true;
      void this.retire(before, drainTimeout);
    });
  }

  private sayNotTakenBack(number: number): (error: Error) => void {
    const { log, noun } = this.options;
    return ({ message }) =>
      log.error({ [noun]: number }, `${noun} could not go back to the config of before: ${message}`);
  }

  /** Its clients get time to come again by themselves: an idle connection that is cut may be one that is just being used. */
  private async retire({ member, process }: Life, drainTimeout: Millis): Promise<void> {
    const { peer } = member;
    peer.tell("retire", undefined);
    await this.pause(MOVING_TIME);
    await peer.call("drain", drainTimeout, drainTimeout + END_PATIENCE).catch(() => 0);
    process.disconnect();
  }

  /** From now on nobody is replaced; those that do not serve yet are ended. */
  dismiss(): void {
    this.ending = true;
    for (const wake of [...this.pauses]) wake();
    const serving = new Set(this.options.group.serving.map(({ pid }) => pid));
    for (const process of this.processes) if (!serving.has(process.pid)) process.kill();
  }

  /** Ends all at once; resolves when no process is left, with how many exchanges were cut. */
  async end(): Promise<number> {
    this.dismiss();
    const { group, timers } = this.options;
    let cut = 0;
    const stopped = group.stop().then((count) => {
      cut = count;
    });
    await atMost(END_PATIENCE, stopped, timers);
    for (const process of this.processes) process.disconnect();
    const all = Promise.all([...this.processes].map(({ exited }) => exited));
    await atMost(END_PATIENCE, all, timers);
    for (const process of this.processes) process.kill();
    await all;
    return cut;
  }

  private async firstLife(number: number): Promise<Life> {
    for (;;) {
      try {
        const life = await this.bear(number);
        void this.keep(number, life);
        return life;
      } catch (error) {
        if (error instanceof GatewayError) throw error;
        await this.countFailure(number, error as Error);
      }
    }
  }

  private async keep(number: number, begun: Life): Promise<void> {
    const { group, log, clock, onReplaced, onGone, noun } = this.options;
    let life = begun;
    for (let quickEnds = 0; ; ) {
      const since = clock.now();
      const how = await life.process.exited;
      if (life.retired) return group.leave(life.member);
      onGone?.(life.member);
      group.leave(life.member);
      if (this.ending) return;
      quickEnds = clock.now() - since < STABLE_AFTER ? quickEnds + 1 : 1;
      const { pid } = life.member;
      log.warn({ [noun]: number, pid }, `${noun} ended: ${how}; another takes its place`);
      if (quickEnds > 1) await this.pause(restartDelay(quickEnds - 1));
      const dead = life;
      // Unless it has a successor already, which a roll has brought meanwhile.
      const next = await this.inTurn(number, async () =>
        this.lives.get(number) === dead ? this.replacement(number) : undefined,
      );
      if (next === undefined) return;
      life = next;
      log.info({ [noun]: number, pid: life.member.pid }, `${noun} serves again`);
      onReplaced(life.member);
    }
  }

  /** Does something for this number when nothing else is done for it. */
  private inTurn<T>(number: number, act: () => Promise<T>): Promise<T> {
    const before = this.births.get(number) ?? Promise.resolve();
    const turn = before.catch(() => {}).then(act);
    this.births.set(number, turn);
    return turn;
  }

  /** `undefined` where there is to be none. */
  private async replacement(number: number): Promise<Life | undefined> {
    while (!this.ending) {
      try {
        return await this.bear(number);
      } catch (error) {
        if (this.ending) return undefined;
        try {
          await this.countFailure(number, error as Error);
        } catch (final) {
          this.fail(final as Error);
          return undefined;
        }
      }
    }
    return undefined;
  }

  /** Starts one process, and waits until it serves. */
  private async bear(number: number): Promise<Life> {
    const { group, fork, output, onServing } = this.options;
    const settings = this.options.settings(number);
    const process = fork(output);
    this.processes.add(process);
    void process.exited.then(() => this.processes.delete(process));
    const member = group.join(number, process.pid, process.link);
    try {
      const bound = await Promise.race([
        group.start(member, settings, START_PATIENCE),
        // Where it could not even be started, no line ever closes.
        process.exited.then((how): never => {
          throw new Error(how);
        }),
      ]);
      this.failedStarts = 0;
      onServing?.(member, settings);
      const life = { member, process, bound };
      this.lives.set(number, life);
      return life;
    } catch (error) {
      group.leave(member);
      process.kill();
      const how = await process.exited;
      throw error instanceof LinkClosed ? new Error(how, { cause: error }) : error;
    }
  }

  /**
   * Waits before the next try.
   * @throws GatewayError GW0020, or what the worker itself said, if nobody serves and this was the last try
   */
  private async countFailure(number: number, error: Error): Promise<void> {
    const { group, log, noun } = this.options;
    this.failedStarts++;
    const reason = error instanceof GatewayError ? `${error.code} ${error.message}` : error.message;
    if (group.serving.length === 0 && this.failedStarts >= MOST_FAILED_STARTS) {
      if (error instanceof GatewayError) throw error;
      const times = `${this.failedStarts} times in a row`;
      throw new GatewayError("GW0020", `Workers ended before they served, ${times}: ${reason}.`, { cause: error });
    }
    log.error({ [noun]: number }, `${noun} did not start: ${reason}`);
    await this.pause(restartDelay(this.failedStarts));
  }

  private pause(ms: Millis): Promise<void> {
    if (this.ending) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.pauses.delete(wake);
        cancel();
        resolve();
      };
      const cancel = this.options.timers.after(ms, wake);
      this.pauses.add(wake);
    });
  }
}
