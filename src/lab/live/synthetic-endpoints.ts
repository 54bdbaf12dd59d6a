import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Clock, Millis } from "../../shared/clock.ts";
import {
  createEventHeap,
  type EventHeap,
  nextEventPayload,
  nextEventTime,
  popEvent,
  pushEvent,
  replaceNextEvent,
} from "../simulate/event-heap.ts";
import { createMeasures, type Measures, measureService, measureStart } from "../simulate/measures.ts";
import type { Agenda, Appointments } from "./agenda.ts";
import { WORK_FIELD } from "./marks.ts";

/** An endpoint that does nothing for a while: a collector's pause, a disk that hangs. */
export interface Stall {
  /** Its number, from 0. */
  readonly endpoint: number;
  /** From the beginning of the load. */
  readonly atMs: Millis;
  readonly forMs: Millis;
}

/** A request that waits at an endpoint, or is being served there. */
interface Waiting {
  readonly socket: Socket;
  readonly arrivedAt: Millis;
  readonly work: Millis;
}

/** A line that is read from its head; what has been read is dropped now and then. */
interface Line {
  readonly waiting: Waiting[];
  head: number;
  /** When the one before is, or was, done: the next one is begun then, however late that is noticed. */
  freeAt: Millis;
  readonly speed: number;
}

const WORK_MARK = `${WORK_FIELD}: `;
const BODY = '{"ok":true}';

/**
 * HTTP servers on loopback ports of which everything is known: each is a single server, first in, first out, as in
 * `lab/simulate`, and a request takes the work that it carries ÷ the endpoint's speed. What is late in this process
 * does not add up: a request is begun when the one before it should have been done.
 */
export class SyntheticEndpoints implements Appointments {
  /** As in a config. */
  readonly urls: string[] = [];
  /** What they did since the last `measureFrom`. */
  measures: Measures;
  private readonly clock: Clock;
  private readonly agenda: Agenda;
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly lines: Line[];
  private readonly departures: EventHeap;

  constructor(speeds: readonly number[], clock: Clock, agenda: Agenda) {
    this.clock = clock;
    this.agenda = agenda;
    this.lines = speeds.map((speed) => ({ waiting: [], head: 0, freeAt: 0, speed }));
    this.departures = createEventHeap(speeds.length);
    this.measures = createMeasures(speeds.length);
  }

  /** Binds a port of 127.0.0.1 for each. */
  async start(): Promise<void> {
    for (let i = 0; i < this.lines.length; i++) {
      const server = createServer({ noDelay: true }, (socket) => this.accept(i, socket));
      this.servers.push(server);
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", resolve);
      });
      this.urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    }
    this.agenda.add(this);
  }

  /** Closes the ports and every connection. */
  async stop(): Promise<void> {
    this.agenda.remove(this);
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  get connections(): number {
    return this.sockets.size;
  }

  /** Begins anew to measure, from now on. */
  measureFrom(now: Millis): void {
    this.measures = createMeasures(this.lines.length);
    this.measures.fromMs = now;
  }

  /** Nothing is begun at an endpoint before `until`; what it is at takes as much longer. */
  stall(endpoint: number, now: Millis, forMs: Millis): void {
    const line = this.lines[endpoint] as Line;
    line.freeAt = Math.max(line.freeAt, now) + forMs;
  }

  next(): Millis {
    return nextEventTime(this.departures);
  }

  keep(now: Millis): void {
    while (nextEventTime(this.departures) <= now) this.depart(nextEventPayload(this.departures), now);
  }

  private accept(endpoint: number, socket: Socket): void {
    this.sockets.add(socket);
    let partial = "";
    socket.on("data", (chunk: Buffer) => {
      partial += chunk.toString("latin1");
      for (let end = partial.indexOf("\r\n\r\n"); end >= 0; end = partial.indexOf("\r\n\r\n")) {
        this.arrive(endpoint, socket, workOf(partial, end));
        partial = partial.slice(end + 4);
      }
    });
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
  }

  private arrive(endpoint: number, socket: Socket, work: Millis): void {
    const now = this.clock.now();
    const line = this.lines[endpoint] as Line;
    line.waiting.push({ socket, arrivedAt: now, work });
    const length = line.waiting.length - line.head;
    measureStart(this.measures, endpoint, length, work / line.speed);
    if (length > 1) return;
    this.begin(line, endpoint, now);
    const due = line.freeAt;
    pushEvent(this.departures, due, endpoint);
    this.agenda.changed(due);
  }

  /** Sets when the head of the line, which came at the latest at `from`, will be done. */
  private begin(line: Line, endpoint: number, from: Millis): void {
    const start = Math.max(from, line.freeAt);
    const { work } = line.waiting[line.head] as Waiting;
    this.measures.startedAt[endpoint] = start;
    line.freeAt = start + work / line.speed;
  }

  private depart(endpoint: number, now: Millis): void {
    const line = this.lines[endpoint] as Line;
    const due = nextEventTime(this.departures);
    // It has stalled meanwhile.
    if (line.freeAt > due) return replaceNextEvent(this.departures, line.freeAt, endpoint);
    const { socket, arrivedAt } = line.waiting[line.head] as Waiting;
    measureService(this.measures, endpoint, due);
    line.head++;
    if (line.head === line.waiting.length) {
      line.waiting.length = line.head = 0;
      popEvent(this.departures);
    } else {
      if (line.head >= 1024) line.head -= line.waiting.splice(0, line.head).length;
      this.begin(line, endpoint, due);
      replaceNextEvent(this.departures, line.freeAt, endpoint);
    }
    if (!socket.destroyed) socket.write(answer(endpoint, now - arrivedAt), "latin1");
  }
}

/** The work that a head carries; 0 if it carries none. */
function workOf(text: string, end: number): Millis {
  const at = text.indexOf(WORK_MARK);
  if (at < 0 || at > end) return 0;
  const start = at + WORK_MARK.length;
  return Number.parseFloat(text.slice(start, text.indexOf("\r", start))) || 0;
}

function answer(endpoint: number, sojourn: Millis): string {
  return (
    `HTTP/1.1 200 OK\r\n${WORK_FIELD}: ${endpoint} ${sojourn.toFixed(4)}\r\n` +
    `content-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`
  );
}
