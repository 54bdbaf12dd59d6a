import type { EndpointNames, Screen } from "./access-log/pretty-line.ts";
import { type Paint, paintFor } from "./paint.ts";
import { createTimeOfDay } from "./time-stamp.ts";
import { visible } from "./visible.ts";

/** Time and level with the gaps after them. */
const INDENT = 8 + 2 + 5 + 2;
/** Below it, lines are left to the terminal to break. */
const NARROWEST = 40;

/**
 * Turns a line of the event log into one for eyes: `12:03:07  warn   users · localhost:4001  down: …  key="…"`. What a
 * service wrote itself stands behind a bar: `12:03:07  info   users#1 │ listens`. Long sentences go on in the next line,
 * below their beginning.
 */
export function createPrettyEvent(screen: Screen, names: EndpointNames = new Map()): (json: string) => string {
  const paint = paintFor(screen.color);
  const timeOfDay = createTimeOfDay();
  return (json) => {
    const { level, time, msg, err, ...fields } = JSON.parse(json) as Record<string, unknown>;
    const label = typeof level === "string" ? level : "info";
    const text = typeof msg === "string" ? visible(msg) : "";
    const subject = subjectOf(fields, names);
    const rest = Object.entries(subject === undefined ? fields : without(fields)).map(
      ([key, value]) => `${visible(key)}=${visible(JSON.stringify(value))}`,
    );
    const head = `${paint.faint(timeOfDay(Date.parse(String(time))))}  ${levelPaint(label, paint)(label.padEnd(5))}  `;
    const isOutput = subject !== undefined && typeof fields["stream"] === "string";
    const about = subject === undefined ? "" : `${visible(subject)}${isOutput ? " │ " : "  "}`;
    // What a service writes is not the gateway's to break.
    const room = isOutput || screen.columns < NARROWEST ? Number.POSITIVE_INFINITY : screen.columns - INDENT;
    const said = fold(text, room - about.length, room);
    const more = rest.length === 0 ? "" : `  ${paint.faint(rest.join(" "))}`;
    return `${head}${paint.faint(about)}${said}${more}\n${stackOf(err)}`;
  };
}

/** Breaks a text at blanks into a first line of `first` characters and others of `room`, indented. */
function fold(text: string, first: number, room: number): string {
  const lines: string[] = [];
  let rest = text;
  for (let width = first; rest.length > width; width = room) {
    const fitting = rest.lastIndexOf(" ", width);
    const end = fitting > 0 ? fitting : rest.indexOf(" ");
    if (end < 0) break;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  return [...lines, rest].join(`\n${" ".repeat(INDENT)}`);
}

/** Whom the line is about: an endpoint of a service, or an instance that gatewayctl runs. */
function subjectOf({ service, endpoint, instance }: Record<string, unknown>, names: EndpointNames): string | undefined {
  if (typeof service !== "string") return undefined;
  if (typeof endpoint === "string") {
    return names.get(endpoint) ?? `${service} · ${endpoint.replace(/^http:\/\//, "")}`;
  }
  return typeof instance === "number" ? `${service}#${instance}` : service;
}

/** What the subject says already, and what only a program wants to know. */
function without(fields: Record<string, unknown>): Record<string, unknown> {
  const { service: _s, endpoint: _e, instance: _i, stream: _t, port: _p, pid: _d, ...rest } = fields;
  return rest;
}

function levelPaint(level: string, paint: Paint): (text: string) => string {
  if (level === "error" || level === "fatal") return paint.bad;
  if (level === "warn") return paint.warning;
  return level === "info" ? paint.link : paint.faint;
}

/** A stack keeps its lines, each made harmless. */
function stackOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("stack" in error) || typeof error.stack !== "string") return "";
  return error.stack
    .split("\n")
    .map((line) => `          ${visible(line)}\n`)
    .join("");
}
