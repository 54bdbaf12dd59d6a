import type { HostPattern } from "./match-spec.ts";

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const IPV6 = /^\[[0-9a-f:.]+\]$/;

/** The host pattern that a config's `host` means, or what is wrong with it, as a sentence that begins with "must". */
export function parseHostPattern(text: string): HostPattern | { readonly problem: string } {
  if (text.includes("/")) return { problem: "must be a host name alone, without scheme or path, as in shop.localhost" };
  if (text === "*")
    return { problem: 'must be a host name or "*." and a domain; leave `host` out to match every host' };
  const lower = toAscii(text);
  if (IPV6.test(lower)) return { kind: "exact", name: lower };
  if (lower.includes(":")) return { problem: "must be a host name without a port: a route applies to every listener" };
  if (lower.endsWith(".")) return { problem: "must be a host name without a dot at its end" };
  const wildcard = lower.startsWith("*.");
  const domain = wildcard ? lower.slice(2) : lower;
  if (domain.includes("*")) {
    return { problem: 'must have its "*" alone as the first label, as in *.shop.localhost' };
  }
  if (domain.length > 253 || !domain.split(".").every((label) => LABEL.test(label))) {
    return { problem: "must be a host name, as in shop.localhost, or a wildcard, as in *.shop.localhost" };
  }
  return wildcard ? { kind: "suffix", suffix: `.${domain}` } : { kind: "exact", name: domain };
}

/** Lower case; a name beyond ASCII as clients send it, in its `xn--` form. */
function toAscii(text: string): string {
  const lower = text.toLowerCase();
  if (/^[\x20-\x7e]*$/.test(lower)) return lower;
  const wildcard = lower.startsWith("*.");
  const url = `http://${wildcard ? lower.slice(2) : lower}/`;
  if (!URL.canParse(url)) return lower;
  return (wildcard ? "*." : "") + new URL(url).host;
}
