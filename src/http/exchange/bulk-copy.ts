/** As large as what one read of an endpoint brings. */
const SIZE = 256 * 1024;
const NONE: Buffer = Buffer.alloc(0);

let spare: Buffer = NONE;

/**
 * A copy of a large part of a body, in memory that has been used before where that is possible. Fresh memory of this
 * size comes from the kernel page by page, which costs several times as much as the copying.
 */
export function copyBulk(bytes: Buffer, start: number, end: number): Buffer {
  const length = end - start;
  const memory = spare.length >= length ? spare : Buffer.allocUnsafeSlow(Math.max(length, SIZE));
  spare = NONE;
  bytes.copy(memory, 0, start, end);
  return memory.length === length ? memory : memory.subarray(0, length);
}

/** Takes a copy back that nobody will read any more. */
export function giveBulkBack(copy: Buffer): void {
  spare = Buffer.from(copy.buffer, 0, copy.buffer.byteLength);
}
