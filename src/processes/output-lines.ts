import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** Characters after which a line that does not end is cut, so that no output can fill the memory. */
const LONGEST_LINE = 8_192;

/** Hands on a stream's text line by line, without the line ends; what follows the last line end comes when it closes. */
export function onLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    rest += decoder.write(chunk);
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) emit(line, onLine);
    while (rest.length > LONGEST_LINE) {
      onLine(rest.slice(0, LONGEST_LINE));
      rest = rest.slice(LONGEST_LINE);
    }
  });
  stream.on("error", () => {});
  stream.once("close", () => {
    rest += decoder.end();
    if (rest !== "") emit(rest, onLine);
    rest = "";
  });
}

function emit(line: string, onLine: (line: string) => void): void {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  for (let start = 0; start === 0 || start < text.length; start += LONGEST_LINE) {
    onLine(text.slice(start, start + LONGEST_LINE));
  }
}
