/** Lines of a text, for turning offsets into places. */
export interface LineIndex {
  /** Line and column from 1; the column in UTF-16 code units. */
  positionAt(offset: number): { line: number; column: number };
  /** Offset behind the last character of a line, its line break not included. */
  lineEnd(line: number): number;
}

/** Indexes a text once; each question is then a binary search. */
export function createLineIndex(text: string): LineIndex {
  const starts = [0];
  for (const match of text.matchAll(/\r?\n/g)) starts.push(match.index + match[0].length);

  const lineAt = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    positionAt(offset) {
      const line = lineAt(offset);
      return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
    },
    lineEnd(line) {
      const next = starts[line];
      if (next === undefined) return text.length;
      return text[next - 2] === "\r" ? next - 2 : next - 1;
    },
  };
}
