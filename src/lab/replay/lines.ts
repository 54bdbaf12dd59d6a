const LINE_FEED = 10;

/** A line that is longer is none of a record. */
export const LONGEST_LINE = 4 * 1024 * 1024;

/** A line, and whether its end was there: the last one may have been cut off. */
export interface Line {
  readonly text: string;
  readonly complete: boolean;
}

/**
 * The lines of a stream of bytes, one by one.
 * @throws RangeError at a line that is longer than `LONGEST_LINE`
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line[]> {
  let begun: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      const part = chunk.subarray(from, end);
      lines.push({ text: (begun.length === 0 ? part : Buffer.concat([...begun, part])).toString(), complete: true });
      begun = [];
      length = 0;
      from = end + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > LONGEST_LINE) throw new RangeError("is longer than any line of a record");
    if (lines.length > 0) yield lines;
  }
  if (length > 0) yield [{ text: Buffer.concat(begun).toString(), complete: false }];
}
