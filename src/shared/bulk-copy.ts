/** As large as what one read of an endpoint brings, and a head before it. */
const SIZE = 320 * 1024;
const NONE: Buffer = Buffer.alloc(0);

let spare: Buffer = NONE;

/**
 * A copy of a large part of a body, with text of one character an octet before it, in memory that has been used before
 * where that is possible. Fresh memory of this size comes from the kernel page by page, which costs several times as
 * much as the copying.
 *
 * @param comesBack it will most likely be given back at once; if not, it is made no larger than it need be
 */
export function copyBulk(text: string, bytes: Buffer, start: number, end: number, comesBack: boolean): Buffer {
  const length = text.length + end - start;
  const memory = comesBack && length <= SIZE ? takeSpare() : Buffer.allocUnsafe(length);
  if (text !== "") memory.write(text, 0, "latin1");
  bytes.copy(memory, text.length, start, end);
  return memory.length === length ? memory : memory.subarray(0, length);
}

function takeSpare(): Buffer {
  const memory = spare === NONE ? Buffer.allocUnsafeSlow(SIZE) : spare;
  spare = NONE;
  return memory;
}

/** Takes a copy back that nobody will read any more. */
export function giveBulkBack(copy: Buffer): void {
  // Others are cut out of memory that they share.
  if (copy.buffer.byteLength === SIZE) spare = Buffer.from(copy.buffer, 0, SIZE);
}
