/** CRC-32C (Castagnoli, RFC 9260 appendix A), reflected: polynomial 0x82F63B78. */
const TABLE = Uint32Array.from({ length: 256 }, (_, octet) => {
  let remainder = octet;
  for (let bit = 0; bit < 8; bit++)
    remainder = (remainder & 1) === 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1;
  return remainder;
});

/** The checksum of `bytes` where the four octets from `zeroAt` on count as zeros. */
export function crc32c(bytes: Uint8Array, zeroAt = -4): number {
  let crc = 0xffffffff;
  for (let at = 0; at < bytes.length; at++) {
    const octet = at >= zeroAt && at < zeroAt + 4 ? 0 : (bytes[at] as number);
    crc = (TABLE[(crc ^ octet) & 0xff] as number) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
