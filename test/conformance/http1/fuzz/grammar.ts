import { nextInt, type Rng } from "../../../../src/shared/rng.ts";

/** What tends to be read in two ways, wherever it stands. */
export const SPICE = [
  "\r",
  "\n",
  "\r\n",
  "\r\n\r\n",
  " ",
  "\t",
  "\0",
  "\x0b",
  "\x7f",
  "\x80",
  "\xa0",
  ":",
  ";",
  ",",
  '"',
  "\\",
  "0",
  "+",
  "-",
  "x",
  "\r\n ",
  " :",
  "0\r\n\r\n",
  ";a=b",
  ';a="',
  "chunked",
  "Content-Length: 3\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Connection: content-length\r\n",
  "Host: c.test\r\n",
  "GET /smuggled HTTP/1.1\r\n",
  "HTTP/1.1 200 OK\r\n",
  "HTTP/1.1 100 Continue\r\n\r\n",
] as const;

export function pick<T>(rng: Rng, list: readonly T[]): T {
  return list[nextInt(rng, list.length)] as T;
}

/** A body, and the field that frames it ("" where none does). */
export interface MadeBody {
  readonly line: string;
  readonly body: string;
}

export function makeBody(rng: Rng): MadeBody {
  const kind = nextInt(rng, 4);
  if (kind === 0) return { line: "", body: "" };
  if (kind === 1) {
    const body = makeText(rng);
    return { line: `Content-Length: ${body.length}`, body };
  }
  return { line: `Transfer-Encoding: ${pick(rng, ["chunked", "Chunked"])}`, body: makeChunks(rng) };
}

const EXTENSIONS = ["", "", "", ";a", ";a=b", ';a="b; c"', "; a = b", ';a="\\""', ";a;b=c;d"];
const TRAILERS = ["", "", "", "X-Sum: 1\r\n", "X-Sum:\t\xe4 \r\nX-Other:\r\n", "X-Sum: 1\r\nX-Sum: 2\r\n"];

function makeChunks(rng: Rng): string {
  let body = "";
  for (let chunks = nextInt(rng, 4); chunks > 0; chunks--) {
    const data = makeText(rng) || "x";
    const size = data.length.toString(16);
    const shown = pick(rng, [size, size.toUpperCase()]);
    body += `${pick(rng, ["", "", "0", "000"])}${shown}${pick(rng, EXTENSIONS)}\r\n${data}\r\n`;
  }
  return `${body}${pick(rng, ["0", "0", "000"])}${pick(rng, EXTENSIONS)}\r\n${pick(rng, TRAILERS)}\r\n`;
}

export function makeText(rng: Rng): string {
  let text = "";
  for (let parts = nextInt(rng, 4); parts > 0; parts--) text += pick(rng, [...SPICE, "hello", "\r\n0\r\n\r\n"]);
  return text;
}

/** Lines in any order, these among them. */
export function shuffleIn(rng: Rng, lines: string[], ...more: readonly string[]): string[] {
  for (const line of more) if (line !== "") lines.splice(nextInt(rng, lines.length + 1), 0, line);
  return lines;
}
