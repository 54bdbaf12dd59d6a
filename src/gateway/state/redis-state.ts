import type { StateChange, StateConnection, StateScript } from "../../exchange/state-connection.ts";
import type { Clock, Millis } from "../../shared/clock.ts";
import type { RedisAddress } from "../../shared/redis-url.ts";
import { nextFloat, type Rng } from "../../shared/rng.ts";
import { Patience, type Wait } from "./patience.ts";
import { openRedisLink, type RedisLink, reasonOf } from "./redis-link.ts";

/** No question waits longer. */
export const LONGEST_WAIT: Millis = 100;
/** A connection may take longer than an answer: names are looked up for it, and TLS begins. */
const CONNECT_TIMEOUT: Millis = 1_000;
/** Between tries to reach it: so long at first, and each time twice as long, up to the longest. */
const SHORTEST_PAUSE: Millis = 100;
const LONGEST_PAUSE: Millis = 2_000;
/** What has answered for so long is tried again soon when it goes. */
const SOUND_FOR: Millis = 10_000;

const PREFIX = "gatewayctl:";

export interface RedisStateOptions {
  readonly address: RedisAddress;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly onChange?: ((change: StateChange) => void) | undefined;
}

/**
 * A Redis as store of what gateways share. It is taken for gone when its connection ends, when it says that it cannot
 * (read-only, full, loading …), and when one answer takes longer than 100 ms: those who wait are told so at once, nobody
 * asks any more, and it is tried again until it answers in time.
 */
export class RedisState implements StateConnection {
  isUp = false;
  private readonly options: RedisStateOptions;
  private readonly patience: Patience;
  private readonly questions = new Map<Wait, () => void>();
  private link: RedisLink | undefined;
  private retry: NodeJS.Timeout | undefined;
  private pause: Millis = SHORTEST_PAUSE;
  private upSince: Millis = 0;
  /** Whether it has been said that it is gone. */
  private isMissed = false;
  private isClosed = false;

  constructor(options: RedisStateOptions) {
    this.options = options;
    this.patience = new Patience(LONGEST_WAIT, options.clock, () =>
      this.lose(`it has not answered for ${LONGEST_WAIT} ms`),
    );
  }

  /** Resolves when it is there, or the first try to reach it has failed. Never rejects. */
  start(): Promise<void> {
    return this.tryToReach();
  }

  get(key: string): Promise<Uint8Array | null | undefined> {
    return this.ask(({ client }) => client.getBuffer(PREFIX + key));
  }

  set(key: string, value: Uint8Array | string, ttl: Millis): Promise<true | undefined> {
    const bytes = typeof value === "string" ? value : asBuffer(value);
    return this.ask(async ({ client }) => {
      await client.set(PREFIX + key, bytes, "PX", Math.max(Math.ceil(ttl), 1));
      return true as const;
    });
  }

  del(...keys: readonly string[]): Promise<number | undefined> {
    return this.ask(({ client }) => client.del(keys.map((key) => PREFIX + key)));
  }

  eval({ lua, sha1 }: StateScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    const all = [...keys.map((key) => PREFIX + key), ...args];
    return this.ask(({ client }) =>
      client.evalsha(sha1, keys.length, ...all).catch((error: unknown) => {
        if (!isUnknownScript(error)) throw error;
        return client.eval(lua, keys.length, ...all);
      }),
    );
  }

  /** For good: whoever waits is told that it is not there. */
  close(): void {
    this.isClosed = true;
    clearTimeout(this.retry);
    this.drop();
  }

  private ask<T>(send: (link: RedisLink) => Promise<T>): Promise<T | undefined> {
    const { link } = this;
    return this.isUp && link !== undefined ? this.patiently(link, send) : Promise.resolve(undefined);
  }

  private patiently<T>(link: RedisLink, send: (link: RedisLink) => Promise<T>): Promise<T | undefined> {
    return new Promise((resolve) => {
      const wait = this.patience.begin();
      const settle = (value: T | undefined): void => {
        this.patience.end(wait);
        this.questions.delete(wait);
        resolve(value);
      };
      this.questions.set(wait, () => settle(undefined));
      send(link).then(settle, (error: unknown) => {
        // Of a connection that has been given up already, nothing more is heard.
        if (this.link === link) this.lose(reasonOf(error));
        settle(undefined);
      });
    });
  }

  private async tryToReach(): Promise<void> {
    try {
      const link = await openRedisLink(this.options.address, CONNECT_TIMEOUT, (reason) => {
        if (this.link === link) this.lose(reason);
      });
      if (this.isClosed) return link.close();
      this.link = link;
      const proved = await this.patiently(link, () => link.prove(`${PREFIX}probe`));
      if (proved !== undefined && this.link === link) this.gain();
    } catch (error) {
      this.lose(reasonOf(error));
    }
  }

  private gain(): void {
    this.isUp = true;
    this.upSince = this.options.clock.now();
    if (this.isMissed) this.tell({ isUp: true });
    this.isMissed = false;
  }

  private lose(reason: string): void {
    if (this.isClosed) return;
    const wasSound = this.isUp && this.options.clock.now() - this.upSince >= SOUND_FOR;
    if (wasSound) this.pause = SHORTEST_PAUSE;
    this.drop();
    if (!this.isMissed) this.tell({ isUp: false, reason });
    this.isMissed = true;
    clearTimeout(this.retry);
    // Not all gateways at the same moment.
    const pause = this.pause * (0.75 + nextFloat(this.options.rng) / 2);
    this.retry = setTimeout(() => void this.tryToReach(), pause).unref();
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  private drop(): void {
    const { link } = this;
    this.isUp = false;
    this.link = undefined;
    this.patience.clear();
    const giveUps = [...this.questions.values()];
    for (const giveUp of giveUps) giveUp();
    link?.close();
  }

  private tell(change: Omit<StateChange, "store">): void {
    this.options.onChange?.({ store: this.options.address.shown, ...change });
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}
