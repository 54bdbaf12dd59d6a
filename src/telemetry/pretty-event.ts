import { type Paint, paintFor } from "./paint.ts";
import { createTimeOfDay } from "./time-stamp.ts";
import { visible } from "./visible.ts";

/** Turns a line of the event log into one for eyes: `12:03:07  warn  users · localhost:4001 is unhealthy  reason="…"`. */
export function createPrettyEvent(color: boolean): (json: string) => string {
  const paint = paintFor(color);
  const timeOfDay = createTimeOfDay();
  return (json) => {
    const { level, time, msg, err, ...fields } = JSON.parse(json) as Record<string, unknown>;
    const label = typeof level === "string" ? level : "info";
    const text = typeof msg === "string" ? msg : "";
    const rest = Object.entries(fields).map(([key, value]) => `${visible(key)}=${visible(JSON.stringify(value))}`);
    const head = `${paint.faint(timeOfDay(Date.parse(String(time))))}  ${levelPaint(label, paint)(label.padEnd(5))}`;
    const line = [head, visible(text), ...(rest.length === 0 ? [] : [paint.faint(rest.join(" "))])].join("  ");
    return `${line}\n${stackOf(err)}`;
  };
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
