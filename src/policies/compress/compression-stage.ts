import type { BodyStage, StageEnds } from "../../exchange/body-stage.ts";
import type { Encoder, EncoderStream } from "./encoders.ts";

/**
 * A body that came whole in one read and is no longer than this is coded at once, on the main thread. A stream costs the
 * main thread 45–60 µs whatever it codes, and as much again in other threads; coding 16 KiB takes 75–155 µs (see
 * encoders.ts), 64 KiB of text more than a millisecond in which nobody else is served.
 */
export const WHOLE_LIMIT = 16 * 1024;

/** What is counted, if anybody counts. */
export interface StageCounts {
  readonly input: { value: number };
  readonly output: { value: number };
}

/** For a body of unknown length: it is only coded if it is worth it, and its head waits for that. */
export interface Decision {
  /** A body that comes whole in one read and is shorter goes out as it is. */
  readonly minBytes: number;
  /** It will be coded: its head has to say so. */
  coded(): void;
}

/**
 * Codes a body on its way. What one read of the endpoint brought is coded and flushed, so that the client can decode it:
 * a slow stream lives. Where the end comes in the same read, nothing is flushed before it; and while a flush is under way
 * no other begins, so that many small reads share one.
 *
 * It holds no more than one read's octets, and what zlib holds; when that has not gone on, it takes no more.
 */
export class CompressionStage implements BodyStage {
  private readonly encoder: Encoder;
  private readonly ends: StageEnds;
  private readonly counts: StageCounts | undefined;
  /** Until it is made. */
  private decision: Decision | undefined;
  private stream: EncoderStream | undefined;
  /** While it may still become a whole small body. */
  private gathered: Buffer[] = [];
  private gatheredOctets = 0;
  /** Something was written that no flush has been begun for. */
  private unflushed = false;
  private flushing = false;
  /** The client takes no more for now. Not every zlib takes no more by itself then (Brotli of Node 22 does not). */
  private blocked = false;
  /** Whoever gives parts waits to go on. */
  private waitedFor = false;
  private flushWanted = false;
  private ended = false;
  private dead = false;

  constructor(encoder: Encoder, ends: StageEnds, counts?: StageCounts, decision?: Decision) {
    this.encoder = encoder;
    this.ends = ends;
    this.counts = counts;
    this.decision = decision;
  }

  write(bytes: Buffer, start: number, end: number): boolean {
    if (this.dead || start === end) return true;
    this.unflushed = true;
    const part = Buffer.from(bytes.subarray(start, end));
    if (this.stream !== undefined) return this.feed(this.stream, part);
    this.gathered.push(part);
    this.gatheredOctets += part.length;
    return this.gatheredOctets <= WHOLE_LIMIT || this.feed(this.open(), this.takeGathered());
  }

  flush(): void {
    if (this.dead || this.ended) return;
    if (!this.unflushed) {
      // A head alone may wait for this, and cannot wait any longer for what it should say.
      this.decideToCode();
      return this.ends.next.flush();
    }
    if (this.stream === undefined) this.feed(this.open(), this.takeGathered());
    if (this.flushing) this.flushWanted = true;
    else this.beginFlush();
  }

  end(): void {
    if (this.dead || this.ended) return;
    this.ended = true;
    if (this.stream !== undefined) return void this.stream.end();
    this.giveOnWhole(this.takeGathered());
    this.ends.next.end();
  }

  private giveOnWhole(body: Buffer): void {
    const { ends, decision } = this;
    if (decision !== undefined && body.length < decision.minBytes) {
      ends.announceLength?.(body.length);
      ends.next.write(body, 0, body.length);
      return;
    }
    this.decideToCode();
    if (this.counts) this.counts.input.value += body.length;
    const coded = this.encoder.encode(body);
    ends.announceLength?.(coded.length);
    this.giveOn(coded);
  }

  private decideToCode(): void {
    this.decision?.coded();
    this.decision = undefined;
  }

  private feed(stream: EncoderStream, part: Buffer): boolean {
    if (this.counts) this.counts.input.value += part.length;
    if (stream.write(part) && !this.blocked) return true;
    this.waitedFor = true;
    return false;
  }

  drained(): void {
    const { stream } = this;
    this.blocked = false;
    if (stream === undefined) return this.ends.resume();
    stream.resume();
    this.goOnIfEmpty(stream);
  }

  /** Once what was coded has gone on, and zlib takes more. */
  private goOnIfEmpty(stream: EncoderStream): void {
    if (stream.readableLength === 0 && !stream.writableNeedDrain) this.goOn();
  }

  private goOn(): void {
    if (!this.waitedFor || this.blocked || this.dead) return;
    this.waitedFor = false;
    this.ends.resume();
  }

  destroy(): void {
    this.dead = true;
    this.gathered = [];
    this.stream?.destroy();
  }

  private takeGathered(): Buffer {
    const { gathered } = this;
    this.gathered = [];
    return gathered.length === 1 ? (gathered[0] as Buffer) : Buffer.concat(gathered);
  }

  private open(): EncoderStream {
    this.decideToCode();
    const stream = this.encoder.createStream();
    this.stream = stream;
    stream.on("data", (coded: Buffer) => {
      if (this.dead) return;
      if (!this.giveOn(coded)) {
        this.blocked = true;
        stream.pause();
      }
      // It comes from another thread, outside of any read: nobody else will send it on its way.
      this.ends.next.flush();
      this.goOnIfEmpty(stream);
    });
    stream.on("drain", () => this.goOn());
    stream.on("end", () => {
      if (!this.dead) this.ends.next.end();
    });
    stream.on("error", (error) => {
      if (!this.dead) this.ends.fail(error);
    });
    return stream;
  }

  private beginFlush(): void {
    this.unflushed = this.flushWanted = false;
    this.flushing = true;
    this.stream?.flush(this.encoder.flushKind, () => {
      this.flushing = false;
      if (this.flushWanted && this.unflushed && !this.ended && !this.dead) this.beginFlush();
    });
  }

  private giveOn(coded: Buffer): boolean {
    if (this.counts) this.counts.output.value += coded.length;
    return this.ends.next.write(coded, 0, coded.length);
  }
}
