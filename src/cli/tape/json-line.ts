import type { TextSink } from "../context.ts";

/** What a line of a tape in JSON is: what holds for all that follow, or one pick. */
export type TapeLine = "tape" | "pick";

/** Writes one line of newline-delimited JSON. */
export function writeJsonLine(sink: TextSink, type: TapeLine, document: object): void {
  sink.write(`${JSON.stringify({ schemaVersion: 1, type, ...document })}\n`);
}
