import type { BodySink, BodyStage, StageEnds } from "../exchange/body-stage.ts";

/** What is held while it is not known yet what becomes of it; beyond it, the source has to wait. */
const HOLD_LIMIT = 64 * 1024;

/** Where a pipe's body comes from. */
export interface PipeSource {
  /** Goes on giving parts, after `write` has returned false. */
  resume(): void;
  /** A stage cannot go on. */
  fail(error: unknown): void;
}

interface Collecting {
  readonly limit: number;
  readonly settle: (whole: Buffer | undefined) => void;
}

/**
 * The way of a response's body through stages to the client. Until `open` is called, nothing leaves it: what comes waits
 * behind the stages there are, and goes through those that are added later when it goes on.
 */
export class BodyPipe implements BodySink {
  private readonly output: BodySink;
  private readonly source: PipeSource;
  private readonly stages: BodyStage[] = [];
  private opened = false;
  /** Behind how many stages the body waits. */
  private holdAt = 0;
  private held: Buffer[] = [];
  private heldOctets = 0;
  private heldEnd = false;
  private collecting: Collecting | undefined;
  private dead = false;

  constructor(output: BodySink, source: PipeSource) {
    this.output = output;
    this.source = source;
  }

  get hasStages(): boolean {
    return this.stages.length > 0;
  }

  write(bytes: Buffer, start: number, end: number): boolean {
    return this.writeAt(0, bytes, start, end);
  }

  flush(): void {
    this.flushAt(0);
  }

  end(): void {
    this.endAt(0);
  }

  /** One more stage, behind those there are. */
  append(make: (ends: StageEnds) => BodyStage): void {
    const at = this.stages.length;
    const next: BodySink = {
      write: (bytes, start, end) => this.writeAt(at + 1, bytes, start, end),
      flush: () => this.flushAt(at + 1),
      end: () => this.endAt(at + 1),
    };
    const fail = (error: unknown): void => {
      if (!this.dead) this.source.fail(error);
    };
    this.stages.push(make({ next, resume: () => this.resumeAt(at), fail }));
  }

  /**
   * Waits for the whole body, as it is behind the stages there are.
   * @returns `undefined` if it is longer than `limit` octets: then it is gone
   */
  collect(limit: number): Promise<Buffer | undefined> {
    return new Promise((settle) => {
      if (this.stages.length > this.holdAt) this.holdLater();
      this.collecting = { limit, settle };
      this.checkCollected();
      if (this.collecting !== undefined) this.resumeAt(this.holdAt);
    });
  }

  /** What is held goes through the stages that have come since, and waits behind them. */
  private holdLater(): void {
    const { held, heldEnd, holdAt } = this;
    this.held = [];
    this.heldOctets = 0;
    this.heldEnd = false;
    this.holdAt = this.stages.length;
    for (const part of held) this.writeAt(holdAt, part, 0, part.length);
    if (heldEnd) this.endAt(holdAt);
  }

  /** Another body in place of the one that was collected. */
  replace(bytes: Buffer): void {
    this.held = bytes.length === 0 ? [] : [bytes];
    this.heldOctets = bytes.length;
  }

  /** From now on, what comes goes through to the output; what was held goes first. */
  open(): void {
    const { held, heldEnd, holdAt } = this;
    this.opened = true;
    this.held = [];
    for (const part of held) this.writeAt(holdAt, part, 0, part.length);
    if (heldEnd) return this.endAt(holdAt);
    if (held.length > 0) this.flushAt(holdAt);
    this.resumeAt(holdAt);
  }

  /** The output takes parts again. */
  drained(): void {
    this.resumeAt(this.stages.length);
  }

  /** Nothing more comes, and nothing more is given on. */
  destroy(): void {
    if (this.dead) return;
    this.dead = true;
    this.held = [];
    this.collecting = undefined;
    for (const stage of this.stages) stage.destroy();
  }

  private writeAt(at: number, bytes: Buffer, start: number, end: number): boolean {
    if (this.dead || start === end) return true;
    if (!this.opened && at === this.holdAt) return this.hold(bytes, start, end);
    return (this.stages[at] ?? this.output).write(bytes, start, end);
  }

  private hold(bytes: Buffer, start: number, end: number): boolean {
    this.held.push(Buffer.from(bytes.subarray(start, end)));
    this.heldOctets += end - start;
    if (this.collecting === undefined) return this.heldOctets <= HOLD_LIMIT;
    this.checkCollected();
    return this.collecting !== undefined;
  }

  private checkCollected(): void {
    const { collecting } = this;
    if (collecting === undefined) return;
    const tooLong = this.heldOctets > collecting.limit;
    if (!tooLong && !this.heldEnd) return;
    this.collecting = undefined;
    if (tooLong) this.replace(NOTHING);
    collecting.settle(tooLong ? undefined : this.whole());
  }

  private whole(): Buffer {
    return this.held.length === 1 ? (this.held[0] as Buffer) : Buffer.concat(this.held, this.heldOctets);
  }

  private flushAt(at: number): void {
    if (this.dead || (!this.opened && at === this.holdAt)) return;
    (this.stages[at] ?? this.output).flush();
  }

  private endAt(at: number): void {
    if (this.dead) return;
    if (this.opened || at !== this.holdAt) return (this.stages[at] ?? this.output).end();
    this.heldEnd = true;
    this.checkCollected();
  }

  /** Whoever gives parts to the stage at this place may go on. */
  private resumeAt(at: number): void {
    if (this.dead) return;
    if (at === 0) this.source.resume();
    else this.stages[at - 1]?.drained();
  }
}

const NOTHING = Buffer.alloc(0);
