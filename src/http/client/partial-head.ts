import { CR, LF, TOKEN } from "../octets.ts";

/**
 * Is what came so far certainly not yet a whole head, so that scanning it can wait? A head ends in LF: without one in
 * sight there is nothing new to find, however slowly it drips in. But what cannot even begin one (a TLS hello) need not
 * wait for its time to run out.
 *
 * @param bytes all of it
 * @param chunk the part that came last
 */
export function isPartOfHead(bytes: Buffer, chunk: Buffer, limit: number): boolean {
  const mayBegin = TOKEN[bytes[0] as number] === 1 || bytes[0] === CR;
  return mayBegin && bytes.length <= limit && chunk.indexOf(LF) < 0;
}
