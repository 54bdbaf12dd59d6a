import { expect, it } from "vitest";
import { copyBulk, giveBulkBack } from "../../../src/http/exchange/bulk-copy.ts";

const KiB = 1024;
const filled = (octet: number, length: number): Buffer => Buffer.alloc(length, octet);

it("copies the part that was named, and nothing else", () => {
  const bytes = Buffer.from("<<hello>>");
  const copy = copyBulk(bytes, 2, 7);
  bytes.fill(0x21);
  expect(copy.toString()).toBe("hello");
});

it("never hands out memory that has not come back", () => {
  const copies = [1, 2, 3].map((octet) => copyBulk(filled(octet, 100 * KiB), 0, 100 * KiB));
  expect(copies.map((copy) => copy.every((octet) => octet === copy[0]))).toEqual([true, true, true]);
  expect(copies.map((copy) => copy[0])).toEqual([1, 2, 3]);
});

it("uses again what came back, whole", () => {
  const first = copyBulk(filled(1, 10), 0, 10);
  giveBulkBack(first);
  const second = copyBulk(filled(2, 256 * KiB), 0, 256 * KiB);
  expect([second.buffer === first.buffer, second.length, second[256 * KiB - 1]]).toEqual([true, 256 * KiB, 2]);
});

it("makes room for a part that is larger than any before", () => {
  giveBulkBack(copyBulk(filled(1, 10), 0, 10));
  const copy = copyBulk(filled(7, 1024 * KiB), 0, 1024 * KiB);
  expect([copy.length, copy[1024 * KiB - 1]]).toEqual([1024 * KiB, 7]);
});
