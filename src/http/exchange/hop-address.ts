import { isIP } from "node:net";

/**
 * The address of a hop, as X-Forwarded-For and Forwarded write it: "1.2.3.4", "1.2.3.4:5678", "[::1]:_port", "::1" → the
 * address, IPv4-mapped ones as IPv4; `undefined` if it is none of these.
 */
export function hopAddress(text: string): string | undefined {
  const form = /^\[([0-9A-Fa-f:.]+)\](?::\d+|:_[\w.-]+)?$/.exec(text) ?? /^([\d.]+)(?::\d+|:_[\w.-]+)?$/.exec(text);
  const address = form?.[1] ?? text;
  if (isIP(address) === 0 || address.includes("%")) return undefined;
  return /^::ffff:(\d[\d.]*\.\d+)$/i.exec(address)?.[1] ?? address;
}
