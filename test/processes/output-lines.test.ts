import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { expect, it } from "vitest";
import { onLines } from "../../src/processes/output-lines.ts";

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  onLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream);
  await new Promise((resolve) => setImmediate(resolve));
  return lines;
}

it("joins what comes in pieces and takes the line ends off", async () => {
  expect(await linesOf("one\ntw", "o\r\n\nthree")).toEqual(["one", "two", "", "three"]);
});

it("joins a character that comes in two pieces", async () => {
  const euro = Buffer.from("€\n");
  expect(await linesOf(euro.subarray(0, 1), euro.subarray(1))).toEqual(["€"]);
});

it("cuts a line that does not end, and one that ends late", async () => {
  expect((await linesOf("x".repeat(20_000))).map((line) => line.length)).toEqual([8_192, 8_192, 3_616]);
  expect((await linesOf(`${"x".repeat(20_000)}\n`)).map((line) => line.length)).toEqual([8_192, 8_192, 3_616]);
});
