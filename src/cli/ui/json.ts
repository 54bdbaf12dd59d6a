import type { TextSink } from "../context.ts";

/** Writes one JSON document, indented for people and diffs, with `schemaVersion` in front. */
export function writeJson(sink: TextSink, document: object): void {
  sink.write(`${JSON.stringify({ schemaVersion: 1, ...document }, undefined, 2)}\n`);
}
