import type { TextSink } from "../context.ts";

/** A list of numbers, one on each line. No string holds a line end, so that nothing else looks like it. */
const NUMBERS = /\[\n\s+(?:(?:-?[\d.e+-]+|null),?\n\s*)+\]/g;

/**
 * Writes one JSON document, indented for people and diffs, with `schemaVersion` in front. Lists of numbers, which may be
 * long, stand on one line.
 */
export function writeJson(sink: TextSink, document: object): void {
  const text = JSON.stringify({ schemaVersion: 1, ...document }, undefined, 2);
  sink.write(`${text.replace(NUMBERS, (list) => list.replace(/\n\s*/g, "").replaceAll(",", ", "))}\n`);
}
