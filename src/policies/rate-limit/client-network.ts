/**
 * Whom an address stands for: an IPv4 address for itself, an IPv6 one for its /64, as that is what a single client gets
 * and can change at will within (RFC 6177, RFC 8981). IPv4-mapped addresses are IPv4.
 *
 * @returns the address, or the first 64 bits, as in "2001:db8:0:1::/64"; what is no address as it is
 */
export function clientNetwork(ip: string): string {
  return ip.includes(":") ? networkOf(ip) : ip;
}

function networkOf(ip: string): string {
  const mapped = /^(?:0{0,4}:){2,5}:?ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip) ?? /^::ffff:([\d.]+)$/i.exec(ip);
  if (mapped) return mapped[1] as string;
  const gap = ip.indexOf("::");
  const front = groups(gap < 0 ? ip : ip.slice(0, gap));
  if (gap >= 0) {
    const back = groups(ip.slice(gap + 2));
    // An IPv4 part at the end is two groups long.
    const width = back.length + (back.at(-1)?.includes(".") ? 1 : 0);
    while (front.length + width < 8) front.push("0");
    front.push(...back);
  }
  if (isMappedHex(front)) return ipv4Of(front);
  return `${front.slice(0, 4).map(shortGroup).join(":")}::/64`;
}

function groups(text: string): string[] {
  return text === "" ? [] : text.split(":");
}

/** "00A0" → "a0", so that every way of writing an address is one subject. */
function shortGroup(group: string): string {
  return Number.parseInt(group, 16).toString(16);
}

/** ::ffff:c000:207, which is 192.0.2.7. */
function isMappedHex(all: readonly string[]): boolean {
  return (
    all.length === 8 &&
    all.slice(0, 5).every((group) => Number.parseInt(group, 16) === 0) &&
    /^ffff$/i.test(all[5] as string)
  );
}

function ipv4Of(all: readonly string[]): string {
  const [high, low] = all.slice(6).map((group) => Number.parseInt(group, 16)) as [number, number];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
