import type { FinishedExchange } from "../../exchange/finished-exchange.ts";
import type { Millis } from "../../shared/clock.ts";
import { type Paint, paintFor } from "../paint.ts";
import { createTimeOfDay } from "../time-stamp.ts";
import { visible } from "../visible.ts";
import type { LineWriter } from "./json-line.ts";

/** A terminal, as far as a line depends on it. */
export interface Screen {
  readonly color: boolean;
  /** Read for each line: windows change size. */
  readonly columns: number;
}

/** Endpoint id → a name that says more than the id, as the demo has. */
export type EndpointNames = ReadonlyMap<string, string>;

/** Time, status and method with the gaps after them. */
const BEFORE_PATH = 8 + 2 + 3 + 2 + 7 + 1;
/** "1234.5 ms", right-aligned, with the gap before it. */
const DURATION = 9;
/** Kept free at the end for "2 tries"; a longer note takes from the path. */
const NOTE = 9;
const NARROWEST = 40;
const SHORTEST_PATH = 8;
const LONGEST_PATH = 48;
/** Below it there is no room to repeat "localhost" on every line. */
const WIDE = 100;

/**
 * Lines for eyes: `12:03:07  200  GET     /users/7   → users · localhost:4001   3.2 ms`. Aligned, coloured by class of
 * status, never wider than the screen (from 40 columns on), and free of control characters, whatever the client sent.
 */
export function createPrettyLine(screen: Screen, names: EndpointNames = new Map()): LineWriter {
  const timeOfDay = createTimeOfDay();
  const paint = paintFor(screen.color);
  return (exchange) => {
    const { columns, pathWidth, targetRoom, targetColumn, note } = layOut(screen, noteOf(exchange));
    const target = targetOf(exchange, names, columns, targetRoom).padEnd(Math.min(targetColumn, targetRoom));
    const status = String(exchange.status).padEnd(3).slice(0, 3);
    return (
      `${paint.faint(timeOfDay(exchange.startedAt))}  ${statusPaint(exchange.status, paint)(status)}  ` +
      `${cut(visible(exchange.method), 7).padEnd(7)} ${cut(visible(exchange.path), pathWidth).padEnd(pathWidth)}` +
      `${target === "" ? "" : `  ${paint.faint(target)}`}${duration(exchange.durationMs).padStart(DURATION)}` +
      `${note === "" ? "" : `  ${paint.warning(note)}`}\n`
    );
  };
}

/** How a line is parted on this screen. */
export interface Layout {
  readonly columns: number;
  readonly pathWidth: number;
  /** What the target may take, and what it takes at least. */
  readonly targetRoom: number;
  readonly targetColumn: number;
  /** As much of it as fits. */
  readonly note: string;
}

/** Parts a line between path, target and note. */
export function layOut(screen: Screen, wholeNote: string): Layout {
  const columns = Math.max(screen.columns, NARROWEST);
  const note = cut(wholeNote, columns - BEFORE_PATH - DURATION - SHORTEST_PATH - 2);
  const noteWidth = note === "" ? 0 : note.length + 2;
  const room = columns - BEFORE_PATH - DURATION - noteWidth;
  const targetColumn = columns < WIDE ? 18 : 30;
  const pathColumn = columns - BEFORE_PATH - DURATION - NOTE - targetColumn - 2;
  const pathWidth = Math.max(Math.min(pathColumn, LONGEST_PATH) - Math.max(noteWidth - NOTE, 0), SHORTEST_PATH);
  return { columns, pathWidth, targetRoom: Math.max(room - pathWidth - 2, 0), targetColumn, note };
}

/** Who answered: an endpoint of a service, or a route by itself. Where room is short, the service gives way to the port. */
export function targetOf(
  { serviceName, endpointId, routeName }: Pick<FinishedExchange, "serviceName" | "endpointId" | "routeName">,
  names: EndpointNames,
  columns: number,
  room: number,
): string {
  if (serviceName === undefined) return routeName === undefined ? "" : cut(`← ${visible(routeName)}`, room);
  const service = `→ ${visible(serviceName)}`;
  if (endpointId === undefined) return cut(service, room);
  const name = names.get(endpointId);
  if (name !== undefined) return cut(`→ ${visible(name)}`, room);
  const endpoint = ` · ${visible(endpointId.replace(columns < WIDE ? LOCAL : SCHEME, ""))}`;
  return cut(cut(service, Math.max(room - endpoint.length, SHORTEST_SERVICE)) + endpoint, room);
}

const SCHEME = /^[a-z]+:\/\//;
const LOCAL = /^[a-z]+:\/\/(?:(?:localhost|127\.0\.0\.1)(?=:))?/;
/** The arrow, three letters and what stands for the others. */
const SHORTEST_SERVICE = 6;

/** What a reader should not miss. */
function noteOf({ attempts, code }: FinishedExchange): string {
  const tries = attempts > 1 ? `${attempts} tries` : "";
  if (code === undefined) return tries;
  return tries === "" ? code : `${tries} ${code}`;
}

/** Three figures are enough to compare two lines. */
export function duration(ms: Millis): string {
  if (!(ms < 100_000)) return `${Math.round((ms || 0) / 1_000)} s`;
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms >= 1_000 ? `${(ms / 1_000).toFixed(2)} s` : `${ms.toFixed(ms < 99.95 ? 1 : 0)} ms`;
}

/** At most so many characters of a text. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? "" : `${text.slice(0, width - 1)}…`;
}

function statusPaint(status: number, paint: Paint): (text: string) => string {
  if (status >= 500) return paint.bad;
  if (status >= 400) return paint.warning;
  return status >= 300 ? paint.link : paint.good;
}
