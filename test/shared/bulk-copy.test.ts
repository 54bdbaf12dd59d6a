import { expect, it } from "vitest";
import { copyBulk, giveBulkBack } from "../../src/shared/bulk-copy.ts";

const KiB = 1024;

function copyOf(octet: number, length: number, comesBack = true): Buffer {
  return copyBulk("", Buffer.alloc(length, octet), 0, length, comesBack);
}

it("copies text and the part that was named behind it, and nothing else", () => {
  for (const comesBack of [true, false]) {
    const bytes = Buffer.from("<<hello>>");
    const copy = copyBulk("caf\xe9 ", bytes, 2, 7, comesBack);
    bytes.fill(0x21);
    expect(copy.toString("latin1")).toBe("caf\xe9 hello");
  }
});

it("never hands out memory that has not come back", () => {
  const copies = [1, 2, 3].map((octet) => copyOf(octet, 100 * KiB));
  expect(copies.map((copy) => copy.every((octet) => octet === copy[0]))).toEqual([true, true, true]);
  expect(copies.map((copy) => copy[0])).toEqual([1, 2, 3]);
});

it("uses again what came back, whole", () => {
  const first = copyOf(1, 10);
  giveBulkBack(first);
  const second = copyOf(2, 256 * KiB);
  expect([second.buffer === first.buffer, second.length, second[256 * KiB - 1]]).toEqual([true, 256 * KiB, 2]);
});

it("makes room for a part that is larger than any before", () => {
  giveBulkBack(copyOf(1, 10));
  const copy = copyOf(7, 1024 * KiB);
  expect([copy.length, copy[1024 * KiB - 1]]).toEqual([1024 * KiB, 7]);
});

it("makes no more of what will not come back than its length", () => {
  const copy = copyOf(1, 40 * KiB, false);
  expect(copy.buffer.byteLength).toBe(40 * KiB);
});

it("takes nothing back that is a part of memory shared with others", () => {
  const small = copyOf(1, 10, false);
  giveBulkBack(small);
  copyOf(2, 64 * KiB);
  expect([...small]).toEqual(Array.from({ length: 10 }, () => 1));
});
