import type { FinishedConnection } from "../exchange/finished-connection.ts";
import type { FinishedExchange } from "../exchange/finished-exchange.ts";
import type { Clock, Millis } from "../shared/clock.ts";
import { createRng, nextFloat } from "../shared/rng.ts";
import {
  type ConnectionLineWriter,
  createJsonConnection,
  createPrettyConnection,
} from "./access-log/connection-line.ts";
import { createJsonLine, type LineWriter } from "./access-log/json-line.ts";
import { createPrettyLine, type EndpointNames } from "./access-log/pretty-line.ts";
import { type Batch, createBatch } from "./batch.ts";
import { createEventLog, type Logger, type LogLevel } from "./event-log.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import { openFile, type OpenOutput, type Output } from "./output.ts";
import { createPrettyEvent } from "./pretty-event.ts";
import { createRecorder, type Recorder, type RecordSettings } from "./record/recorder.ts";
import type { AccessLogOptions } from "./schema.ts";

/** Where lines go that are not for a file: what `cli` hands in. */
export interface LogSink {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly color: boolean;
  readonly columns: number;
}

export interface TelemetryOptions {
  /** `telemetry.accessLog` of the config. */
  readonly accessLog: AccessLogOptions | false;
  /** The traffic record that this process writes, if any. */
  readonly record?: RecordSettings | undefined;
  readonly sink: LogSink;
  /** Opens the access log's file. */
  readonly openFile?: OpenOutput;
  /** Of the event log; `info` by default. `logLevel(env)` reads it from the environment. */
  readonly level?: LogLevel;
  /** Shown instead of endpoints' ids in lines for eyes. */
  readonly names?: EndpointNames;
  readonly clock: Clock;
  readonly wallClock: Clock;
}

/** What is seen of a gateway while it runs. */
export interface Telemetry {
  /** Takes what it needs of an exchange that is over; never throws. Needs no `this`. */
  readonly finish: (exchange: FinishedExchange) => void;
  /** The same, of a connection of layer 4 or a UDP session. */
  readonly finishConnection: (connection: FinishedConnection) => void;
  /** For what happens beside requests. */
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Writes what still waits, at once. */
  flush(): void;
  /** Flushes, and closes the files. Lines after it are lost. Resolves when the traffic record is written, too. */
  close(): Promise<void>;
}

/** On a terminal lines should come as they happen; elsewhere they should cost little. */
const TERMINAL_DELAY: Millis = 25;
const DELAY: Millis = 100;
const REDACTED_FIELDS = ["authorization", "cookie"] as const;

/**
 * Access log, event log and metrics of one gateway.
 *
 * @throws GatewayError GW0017 if the access log's file cannot be opened, GW0023 if the traffic record's cannot
 */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { accessLog, sink, clock, wallClock } = options;
  const metrics = createMetrics(clock, wallClock);
  const screen = createBatch((text) => sink.write(text), sink.isTTY ? TERMINAL_DELAY : DELAY);
  const log = eventLog(options, screen);
  const file = openAccessLog(options, log);
  const lines = file === undefined ? screen : createBatch((text) => file.write(text), DELAY);
  const recorder = openRecord(options, log);
  const logAccess = accessLog === false ? undefined : accessLogger(accessLog, options, lines);
  const flush = (): void => {
    screen.flush();
    if (file === undefined) return;
    lines.flush();
    file.flushSync();
  };
  return {
    finish: (exchange) => {
      metrics.count(exchange);
      // The log has what clients asked for.
      if (exchange.internal === undefined) logAccess?.request(exchange);
      recorder?.add(exchange);
    },
    finishConnection: (connection) => {
      metrics.countConnection(connection);
      logAccess?.connection(connection);
    },
    log,
    metrics,
    flush,
    close: async () => {
      flush();
      file?.close();
      await recorder?.close();
      // What the record had to say of itself.
      screen.flush();
    },
  };
}

function eventLog({ accessLog, sink, level, names, wallClock }: TelemetryOptions, screen: Batch): Logger {
  const pretty = isPretty(accessLog, sink) ? createPrettyEvent(sink, names) : undefined;
  return createEventLog({
    level: level ?? "info",
    redact: accessLog === false ? REDACTED_FIELDS : accessLog.redact,
    wallClock,
    write: (line) => screen.add(pretty === undefined ? line : pretty(line)),
  });
}

/** A log that goes to a file says nothing about the terminal. */
function isPretty(accessLog: AccessLogOptions | false, sink: LogSink): boolean {
  const format = accessLog === false || accessLog.path !== "-" ? undefined : accessLog.format;
  return format === undefined ? sink.isTTY : format === "pretty";
}

function openAccessLog({ accessLog, openFile: open = openFile }: TelemetryOptions, log: Logger): Output | undefined {
  if (accessLog === false || accessLog.path === "-") return undefined;
  return open(accessLog.path, (reason) => log.error({ reason }, "access log cannot be written"));
}

function openRecord({ record, clock, wallClock }: TelemetryOptions, log: Logger): Recorder | undefined {
  if (record === undefined) return undefined;
  const [warn, info] = [(message: string) => log.warn(message), (message: string) => log.info(message)];
  return createRecorder({ ...record, clock, wallClock, warn, info });
}

interface AccessLogger {
  request(exchange: FinishedExchange): void;
  connection(connection: FinishedConnection): void;
}

function accessLogger(accessLog: AccessLogOptions, options: TelemetryOptions, lines: Batch): AccessLogger {
  const line = lineWriters(accessLog, options);
  const { sample } = accessLog;
  const rng = createRng("access log");
  const isShown = (): boolean => sample >= 1 || nextFloat(rng) < sample;
  return {
    request(exchange) {
      if (isShown()) lines.add(line.request(exchange));
    },
    connection(connection) {
      if (isShown()) lines.add(line.connection(connection));
    },
  };
}

interface LineWriters {
  readonly request: LineWriter;
  readonly connection: ConnectionLineWriter;
}

function lineWriters(accessLog: AccessLogOptions, { sink, names }: TelemetryOptions): LineWriters {
  const { format, path, headers, redact } = accessLog;
  const toTerminal = path === "-" && sink.isTTY;
  if (format === "json" || (format === undefined && !toTerminal)) {
    return { request: createJsonLine(headers, new Set(redact)), connection: createJsonConnection() };
  }
  const screen = path === "-" ? sink : { color: false, columns: 120 };
  return { request: createPrettyLine(screen, names), connection: createPrettyConnection(screen, names) };
}
