import type { FinishedExchange } from "../../exchange/finished-exchange.ts";
import type { Clock, Millis } from "../../shared/clock.ts";
import { createBatch } from "../batch.ts";
import type { RecordedServices, RecordSession } from "./format.ts";
import { type AppendFile, openAppend, RecordWriter } from "./record-file.ts";
import { createRecordLine } from "./record-line.ts";

/** How one process takes part in a session. Plain data. */
export interface RecordSettings {
  readonly session: RecordSession;
  /** Of this process: 1, 2, … */
  readonly process: number;
  readonly services: RecordedServices;
}

export interface RecorderOptions extends RecordSettings {
  readonly clock: Clock;
  readonly wallClock: Clock;
  readonly warn: (message: string) => void;
  readonly info: (message: string) => void;
  readonly open?: (path: string) => AppendFile;
  /** Of the file, in bytes. */
  readonly mostBytes?: number;
}

/** Writes what becomes of exchanges to the traffic record. */
export interface Recorder {
  /** Never throws, never waits. Needs no `this`. */
  readonly add: (exchange: FinishedExchange) => void;
  /** Writes what still waits, and closes the file; resolves when that is done, after two seconds at the latest. */
  close(): Promise<void>;
}

const DELAY: Millis = 250;
const PATIENCE: Millis = 2_000;
/** About four million exchanges. */
export const MOST_BYTES = 1024 ** 3;

/** @throws GatewayError GW0023 if the file cannot be opened */
export function createRecorder(options: RecorderOptions): Recorder {
  const { session, clock, wallClock, services, mostBytes = MOST_BYTES } = options;
  const file = (options.open ?? openAppend)(session.path);
  const originMs = clock.now() - (wallClock.now() - session.startedAt);
  const by = `${session.id}-${options.process}`;
  const say = (facts: object): string => {
    const at = Math.max(0, Math.round((clock.now() - originMs) * 1000));
    return `${JSON.stringify({ by, at, ...facts })}\n`;
  };
  const writer = new RecordWriter({
    file,
    lossLine: ({ lines, torn }) => say({ dropped: lines, ...(torn ? { torn } : {}) }),
    onProblem: (reason) => options.warn(`${session.path}: ${reason}; the record has a gap from here on`),
    onRecovered: (lines) => options.info(`${session.path}: recording again; ${lines} exchanges are missing`),
  });
  // Each process sees only what it writes itself.
  let left = (mostBytes - file.size) / session.processes;
  const batch = createBatch((text) => {
    left -= text.length;
    writer.add(text);
  }, DELAY);
  const lineOf = createRecordLine({ by, salt: session.salt, originMs, services });
  const stop = (): void => {
    if (left === Number.NEGATIVE_INFINITY) return;
    left = Number.NEGATIVE_INFINITY;
    const reason = `the record has reached ${Math.round(mostBytes / 1024 ** 2)} MiB`;
    batch.add(say({ stopped: reason }));
    options.warn(`${session.path}: ${reason}; nothing more is recorded`);
  };
  batch.add(say({ services }));
  return {
    add: (exchange) => {
      if (exchange.serviceName === undefined) return;
      if (left > 0) batch.add(lineOf(exchange));
      else stop();
    },
    close: () => {
      batch.flush();
      return closed(writer, file);
    },
  };
}

/** A disk that hangs must not keep the gateway from ending. */
async function closed(writer: RecordWriter, file: AppendFile): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE);
  });
  await Promise.race([new Promise<void>((resolve) => writer.whenIdle(() => file.close(resolve))), tooLate]);
  clearTimeout(timer);
}
