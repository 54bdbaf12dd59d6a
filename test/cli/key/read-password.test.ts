import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readAll } from "../../../src/cli/key/read-password.ts";

const stream = (...chunks: (string | Buffer)[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk as string)));

describe("a password on standard input", () => {
  it.each([
    ["one line", ["s3cret\n"], "s3cret"],
    ["one line of Windows", ["s3cret\r\n"], "s3cret"],
    ["no line end", ["s3", "cret"], "s3cret"],
    ["one line end of two", ["s3cret\n\n"], "s3cret\n"],
    ["blanks", [" s3 cret \n"], " s3 cret "],
    ["a letter in two pieces", [Buffer.from([0xc3]), Buffer.from([0xa9])], "é"],
    ["nothing", [], ""],
  ])("is read: %s", async (_what, chunks, password) => {
    expect(await readAll(stream(...chunks))).toBe(password);
  });

  it("is refused beyond 1 KiB, and if it is not text", async () => {
    expect(await readAll(stream("a".repeat(1_024)))).toHaveLength(1_024);
    await expect(readAll(stream("a".repeat(1_025)))).rejects.toThrow("at most 1024 bytes");
    await expect(readAll(stream(Buffer.from([0xff])))).rejects.toThrow("not UTF-8");
  });
});
