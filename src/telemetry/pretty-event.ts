import { type Paint, paintFor } from "./paint.ts";
import { createTimeOfDay } from "./time-stamp.ts";
import { visible } from "./visible.ts";

/** Turns a line of the event log into one for eyes: `12:03:07  warn   users · localhost:4001  down: …  key="…"`. */
export function createPrettyEvent(color: boolean): (json: string) => string {
  const paint = paintFor(color);
  const timeOfDay = createTimeOfDay();
  return (json) => {
    const { level, time, msg, err, ...fields } = JSON.parse(json) as Record<string, unknown>;
    const label = typeof level === "string" ? level : "info";
    const text = typeof msg === "string" ? msg : "";
    const subject = subjectOf(fields);
    const rest = Object.entries(subject === undefined ? fields : without(fields)).map(
      ([key, value]) => `${visible(key)}=${visible(JSON.stringify(value))}`,
    );
    const head = `${paint.faint(timeOfDay(Date.parse(String(time))))}  ${levelPaint(label, paint)(label.padEnd(5))}`;
    const about = subject === undefined ? [] : [paint.faint(visible(subject))];
    const line = [head, ...about, visible(text), ...(rest.length === 0 ? [] : [paint.faint(rest.join(" "))])].join(
      "  ",
    );
    return `${line}\n${stackOf(err)}`;
  };
}

/** Whom the line is about: an endpoint of a service, or an instance that gatewayctl runs. */
function subjectOf({ service, endpoint, instance }: Record<string, unknown>): string | undefined {
  if (typeof service !== "string") return undefined;
  if (typeof endpoint === "string") return `${service} · ${endpoint.replace(/^http:\/\//, "")}`;
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
