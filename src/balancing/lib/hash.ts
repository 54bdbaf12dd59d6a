/**
 * MurmurHash3_x86_32 (Austin Appleby, public domain, 2011) of a string's UTF-8 bytes, as an unsigned integer.
 *
 * Encodes on the fly, so hashing allocates nothing; a lone surrogate counts as U+FFFD, as `TextEncoder` has it.
 * The seed is fixed wherever this is used for balancing: several gateways must agree where a key belongs.
 */
export function hashString(text: string, seed: number): number {
  let hash = seed | 0;
  let block = 0;
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    let point = text.charCodeAt(i);
    if (point >= 0x80) {
      if (point >= 0xd800 && point <= 0xdfff) {
        point = text.codePointAt(i)!;
        if (point > 0xffff) i++;
        else point = 0xfffd;
      }
      // All but the last byte of the sequence; the last one takes the common path below.
      let rest = point < 0x800 ? 6 : point < 0x10000 ? 12 : 18;
      let byte = (rest === 6 ? 0xc0 : rest === 12 ? 0xe0 : 0xf0) | (point >> rest);
      for (; rest > 0; rest -= 6) {
        block |= byte << ((bytes & 3) << 3);
        if ((++bytes & 3) === 0) {
          hash = mixBlock(hash, block);
          block = 0;
        }
        byte = 0x80 | ((point >> (rest - 6)) & 0x3f);
      }
      point = byte;
    }
    block |= point << ((bytes & 3) << 3);
    if ((++bytes & 3) === 0) {
      hash = mixBlock(hash, block);
      block = 0;
    }
  }
  if ((bytes & 3) !== 0) hash ^= scramble(block);
  return avalanche(hash ^ bytes);
}

function scramble(block: number): number {
  const scaled = Math.imul(block, 0xcc9e2d51);
  return Math.imul((scaled << 15) | (scaled >>> 17), 0x1b873593);
}

function mixBlock(hash: number, block: number): number {
  const mixed = hash ^ scramble(block);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** murmur3's finalizer `fmix32`: a bijection of the 32-bit integers in which every input bit reaches every output bit. */
export function avalanche(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The hash of a request's key. No key is the empty key, so such requests stay together. */
export function hashKey(key: string | undefined): number {
  return hashString(key ?? "", 0);
}
