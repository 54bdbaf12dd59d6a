import { createReadStream } from "node:fs";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { linesOf } from "./lines.ts";
import { EntryProblem, parseEntry, type RecordEntry } from "./record-entry.ts";
import { RecordedService } from "./recorded-service.ts";

/** What a file holds: exchanges by service, and what is to be known of the record as a whole. */
export interface TrafficRecord {
  readonly services: ReadonlyMap<string, RecordedService>;
  readonly sessions: number;
  /** Processes that wrote, over all sessions. */
  readonly processes: number;
  /** Exchanges that are missing, as the disk did not keep up. */
  readonly dropped: number;
  /** It was stopped because of its size. */
  readonly stopped: boolean;
  /** The last line was cut off and passed over. */
  readonly cut: boolean;
}

/**
 * Reads a traffic record, line by line: memory follows the number of exchanges, some 70 bytes each.
 * @param name as it is called in messages
 * @throws GatewayError GW0024 if it cannot be read, or is not as a record should be, with the number of the line
 */
export async function readRecord(path: string, name: string): Promise<TrafficRecord> {
  return recordOf(createReadStream(path, { highWaterMark: 1 << 18 }), name);
}

/** The same of bytes, wherever they come from. @throws GatewayError GW0024 */
export async function recordOf(chunks: AsyncIterable<Buffer>, name: string): Promise<TrafficRecord> {
  const reader = new RecordReader(name);
  try {
    for await (const lines of linesOf(chunks)) for (const { text, complete } of lines) reader.take(text, complete);
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    if (error instanceof RangeError) throw reader.problem(error.message, reader.line + 1);
    const { code, message } = error as NodeJS.ErrnoException;
    throw new GatewayError("GW0024", `${name}: ${code ?? message}`, { cause: error });
  }
  return reader.end();
}

class RecordReader {
  readonly #name: string;
  readonly #services = new Map<string, RecordedService>();
  readonly #sessions = new Map<string, { readonly number: number; readonly ms: number }>();
  readonly #processes = new Set<string>();
  #firstStart = 0;
  #dropped = 0;
  #stopped = false;
  #cut = false;
  /** A line that is wrong: put up with if it turns out to be a piece that a disk or a killed process left. */
  #doubtful: GatewayError | undefined;
  line = 0;

  constructor(name: string) {
    this.#name = name;
  }

  problem(what: string, line = this.line): GatewayError {
    return new GatewayError("GW0024", `${this.#name}: line ${line} ${what}.`);
  }

  take(text: string, complete: boolean): void {
    this.line++;
    let entry: RecordEntry;
    try {
      entry = parseEntry(text);
    } catch (error) {
      if (!(error instanceof EntryProblem)) throw error;
      return this.#doubt(error, complete);
    }
    const piece = this.#doubtful;
    this.#doubtful = undefined;
    if (piece !== undefined && entry.kind !== "header" && !(entry.kind === "gap" && entry.torn)) throw piece;
    this.#keep(entry);
  }

  #doubt(error: EntryProblem, complete: boolean): void {
    if (this.line === 1) throw this.problem(`${error.message}: this is no traffic record`);
    if (this.#doubtful !== undefined) throw this.#doubtful;
    if (complete) this.#doubtful = this.problem(error.message);
    else this.#cut = true;
  }

  #keep(entry: RecordEntry): void {
    if (this.line === 1 && entry.kind !== "header") throw this.problem("is no header: this is no traffic record");
    switch (entry.kind) {
      case "header":
        return this.#begin(entry.session, entry.startedAt);
      case "exchange": {
        const session = this.#sessions.get(entry.by.slice(0, entry.by.lastIndexOf("-")));
        if (session === undefined) throw this.problem(`is of a session "${entry.by}" that has not begun`);
        this.#processes.add(entry.by);
        return this.#service(entry.service).add(entry, session.number, session.ms);
      }
      case "services":
        for (const [name, configured] of entry.services) this.#service(name).configured = configured;
        return;
      case "gap":
        this.#dropped += entry.lines;
        return;
      case "stopped":
        this.#stopped = true;
        return;
      case "other":
    }
  }

  #begin(session: string, startedAt: number): void {
    if (this.#sessions.size === 0) this.#firstStart = startedAt;
    this.#sessions.set(session, { number: this.#sessions.size, ms: startedAt - this.#firstStart });
  }

  #service(name: string): RecordedService {
    let service = this.#services.get(name);
    if (service === undefined) {
      service = new RecordedService(name);
      this.#services.set(name, service);
    }
    return service;
  }

  end(): TrafficRecord {
    if (this.#doubtful !== undefined) throw this.#doubtful;
    if (this.line === 0 || this.#sessions.size === 0)
      throw new GatewayError("GW0024", `${this.#name} is empty: no traffic was recorded.`);
    return {
      services: this.#services,
      sessions: this.#sessions.size,
      processes: this.#processes.size,
      dropped: this.#dropped,
      stopped: this.#stopped,
      cut: this.#cut,
    };
  }
}
