import { close, fstatSync, openSync, write } from "node:fs";
import { GatewayError } from "../../shared/errors/gateway-error.ts";

/** A file that is only ever appended to: what there is of the file system to the record, and to its tests. */
export interface AppendFile {
  /** In bytes, when it was opened. */
  readonly size: number;
  /** Appends some of the bytes, and says how many. One call at a time. */
  append(bytes: Buffer, done: (error: Error | null, written: number) => void): void;
  close(done: () => void): void;
}

/** @throws GatewayError GW0023 if it cannot be opened */
export function openAppend(path: string): AppendFile {
  try {
    const fd = openSync(path, "a", 0o600);
    return {
      size: fstatSync(fd).size,
      append: (bytes, done) => write(fd, bytes, 0, bytes.length, null, done),
      close: (done) => close(fd, () => done()),
    };
  } catch (error) {
    throw new GatewayError("GW0023", `${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Lines that were not written, and whether a piece of one may have been. */
export interface Loss {
  readonly lines: number;
  readonly torn: boolean;
}

/** The loss that a write begins with: how many lines, and in how many bytes it says so. */
interface Told {
  readonly lines: number;
  readonly preface: number;
}

export interface RecordWriterOptions {
  readonly file: AppendFile;
  /** The line that tells of what is missing, once the file takes lines again. */
  readonly lossLine: (loss: Loss) => string;
  /** Told when lines begin to be lost. */
  readonly onProblem: (reason: string) => void;
  /** Told when lines are written again. */
  readonly onRecovered: (lines: number) => void;
  /** What may wait for the disk, in characters; beyond it lines are lost. */
  readonly most?: number;
}

const MOST_WAITING = 8 * 1024 * 1024;

/** Writes whole lines without ever waiting for the disk: one write at a time, what comes meanwhile is collected. */
export class RecordWriter {
  private readonly options: RecordWriterOptions;
  private waiting = "";
  private writing: Buffer | undefined;
  private lost = 0;
  private torn = false;
  private failing = false;
  private onIdle: (() => void) | undefined;

  constructor(options: RecordWriterOptions) {
    this.options = options;
  }

  /** @param text whole lines */
  add(text: string): void {
    const { most = MOST_WAITING } = this.options;
    if (this.waiting.length + text.length > most) return this.lose(text, "the disk does not keep up");
    this.waiting += text;
    if (this.writing === undefined) this.writeNext();
  }

  /** Calls back when nothing waits any more. */
  whenIdle(callback: () => void): void {
    if (this.writing === undefined && this.waiting === "") callback();
    else this.onIdle = callback;
  }

  private writeNext(): void {
    const { waiting, lost, torn } = this;
    if (waiting === "") return this.idle();
    this.waiting = "";
    const loss = lost > 0 || torn ? `${torn ? "\n" : ""}${this.options.lossLine({ lines: lost, torn })}` : "";
    this.writing = Buffer.from(loss + waiting);
    this.write(this.writing, 0, { lines: lost, preface: Buffer.byteLength(loss) });
  }

  private write(bytes: Buffer, from: number, told: Told): void {
    this.options.file.append(from === 0 ? bytes : bytes.subarray(from), (error, written) => {
      if (error !== null) return this.failed(bytes, from, told, error);
      if (from + written < bytes.length) return this.write(bytes, from + written, told);
      this.lost -= told.lines;
      this.torn = false;
      if (this.failing && this.lost === 0) this.recovered(told.lines);
      this.writing = undefined;
      this.writeNext();
    });
  }

  /** What was not written is lost; the disk is tried again with what comes next. */
  private failed(bytes: Buffer, from: number, { preface }: Told, error: Error): void {
    this.torn ||= from > 0;
    this.writing = undefined;
    this.lose(bytes.toString("utf8", Math.max(from, preface)) + this.waiting, error.message);
    this.waiting = "";
    this.idle();
  }

  private lose(text: string, reason: string): void {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.lost++;
    // Once for each time it begins: a full disk must not fill the terminal.
    if (!this.failing) this.options.onProblem(reason);
    this.failing = true;
  }

  private recovered(lines: number): void {
    this.failing = false;
    this.options.onRecovered(lines);
  }

  private idle(): void {
    const callback = this.onIdle;
    this.onIdle = undefined;
    callback?.();
  }
}
