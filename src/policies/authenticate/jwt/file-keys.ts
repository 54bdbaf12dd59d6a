import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Clock, Millis } from "../../../shared/clock.ts";
import { type KeySet, readKeySet } from "./key-set.ts";
import type { KeySource } from "./key-source.ts";

/** How often the file is looked at, while there are requests. */
const LOOK_EVERY: Millis = 1_000;

/**
 * Keys in a file: a JWK Set, in which symmetric keys count, too. A change is taken up within a second or two; of a file that
 * cannot be read any more, what it said last stays.
 */
export class FileKeys implements KeySource {
  problem = "";
  private readonly path: string;
  private readonly clock: Clock;
  private text: string | undefined;
  private set: KeySet | undefined;
  private lookedAt: Millis;
  private pending: Promise<KeySet | undefined> | undefined;

  /** Reads the file at once, so that the first request need not wait, and `route` can verify. */
  constructor(path: string, clock: Clock) {
    this.path = path;
    this.clock = clock;
    this.lookedAt = clock.now();
    try {
      this.take(readFileSync(path, "utf8"));
    } catch (error) {
      this.fail(error);
    }
  }

  known(): KeySet | undefined {
    return this.set;
  }

  current(): KeySet | undefined {
    if (this.clock.now() - this.lookedAt >= LOOK_EVERY) void this.look();
    return this.set;
  }

  async load(): Promise<KeySet | undefined> {
    return this.set ?? this.look();
  }

  lookAgain(): Promise<KeySet | undefined> {
    return this.look();
  }

  private look(): Promise<KeySet | undefined> {
    this.lookedAt = this.clock.now();
    this.pending ??= readFile(this.path, "utf8")
      .then((text) => this.take(text))
      .catch((error: unknown) => this.fail(error))
      .then(() => {
        this.pending = undefined;
        return this.set;
      });
    return this.pending;
  }

  private take(text: string): void {
    if (text === this.text) return;
    const set = readKeySet(JSON.parse(text), { secrets: true });
    if (set === undefined) throw new SyntaxError("it is not a JWK Set");
    this.set = set;
    this.text = text;
  }

  private fail(error: unknown): void {
    const why = error instanceof SyntaxError ? "is not a JWK Set" : "cannot be read";
    this.problem = `the key file ${why}`;
  }
}
