import ipaddr from "ipaddr.js";
import { z } from "zod";

/** "10.0.0.0/8", "::1" or "192.168.1.7" → the network in canonical form, always with a prefix length. */
export const networkSchema = z
  .string()
  .refine((text) => parseNetwork(text) !== undefined, {
    error: "must be an IP address or a network, as in 127.0.0.1 or 10.0.0.0/8",
  })
  .transform((text) => parseNetwork(text) ?? text)
  .meta({
    id: "network",
    description: "An IP address, or a network in CIDR notation: 127.0.0.1, 10.0.0.0/8, fd00::/8.",
  });

/** An absolute http:// or https:// URL, kept as written. */
export const httpUrlSchema = z
  .string()
  .refine(isHttpUrl, { error: "must be an http:// or https:// URL" })
  .meta({ id: "httpUrl", description: "An absolute http:// or https:// URL." });

/** A whole number of things, 1 or more. */
export const countSchema = z.int().min(1);

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^/]/.test(text) && URL.canParse(text);
}

/** Bits beyond the prefix length are cleared, so that equal networks are equal texts. */
function parseNetwork(text: string): string | undefined {
  const slash = text.indexOf("/");
  const host = slash < 0 ? text : text.slice(0, slash);
  if (!ipaddr.IPv6.isValid(host) && !ipaddr.IPv4.isValidFourPartDecimal(host)) return undefined;
  const address = ipaddr.parse(host);
  const width = address.kind() === "ipv4" ? 32 : 128;
  const suffix = slash < 0 ? String(width) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(suffix) || Number(suffix) > width) return undefined;
  const family = address.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
  const cidr = `${address.toString()}/${Number(suffix)}`;
  return `${family.networkAddressFromCIDR(cidr).toString()}/${Number(suffix)}`;
}
