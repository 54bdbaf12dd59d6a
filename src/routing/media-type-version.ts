import type { HeaderReader } from "../exchange/header-reader.ts";

/** What media types say of the version: one that is known, one that is not, or nothing. */
export type MediaTypeVersion = { readonly known: string } | { readonly unknown: string } | undefined;

/**
 * The version that a request's media types name: `application/vnd.example.v2+json` or `application/json; version=2`.
 *
 * - Of Accept, the range with the highest weight that names a known version counts, the first of equal ones. Unknown ones
 *   are passed over as long as the client takes something else: a scraper that asks for `text/plain; version=0.0.4` and
 *   takes anything names none.
 * - Where Accept names none, Content-Type counts: a body in the form of version 2 is for version 2.
 *
 * Source: RFC 9110 sections 8.3.1 and 12.5.1; RFC 6838 section 3.2.
 */
export function mediaTypeVersion(headers: HeaderReader, names: ReadonlySet<string>): MediaTypeVersion {
  const accepted = headers.get("accept");
  const wanted = accepted === undefined ? undefined : acceptedVersion(accepted, names);
  if (wanted !== undefined) return wanted;
  const sent = headers.get("content-type");
  return sent === undefined ? undefined : namedBy(sent, names);
}

function acceptedVersion(accept: string, names: ReadonlySet<string>): MediaTypeVersion {
  let best: MediaTypeVersion;
  let bestWeight = 0;
  let unknown: MediaTypeVersion;
  let takesOthers = false;
  for (const range of splitOutside(accept, ",")) {
    const weight = weightOf(range);
    if (weight === 0) continue;
    const named = namedBy(range, names);
    if (named === undefined) takesOthers ||= range.trim() !== "";
    else if ("unknown" in named) unknown ??= named;
    else if (weight > bestWeight) {
      best = named;
      bestWeight = weight;
    }
  }
  return best ?? (takesOthers ? undefined : unknown);
}

/** What one media type says: its `version` parameter, or else a `.v…` in its subtype. */
function namedBy(type: string, names: ReadonlySet<string>): MediaTypeVersion {
  const [essence = "", ...parameters] = splitOutside(type, ";");
  for (const parameter of parameters) {
    const equals = parameter.indexOf("=");
    if (equals < 0 || parameter.slice(0, equals).trim().toLowerCase() !== "version") continue;
    const value = unquoted(parameter.slice(equals + 1).trim());
    if (value !== "") return names.has(value) ? { known: value } : { unknown: value };
  }
  return inSubtype(essence.trim(), names);
}

/** Of `vnd.github.v3.raw+json`, "3": the longest part behind `.v` that is a version. */
function inSubtype(essence: string, names: ReadonlySet<string>): MediaTypeVersion {
  const rest = /\.v([^+]+)/i.exec(essence)?.[1];
  // Names such as `vnd.visio` and `vnd.foo.video` are no versions, unless they are.
  if (rest === undefined) return undefined;
  let best: string | undefined;
  for (const name of names) {
    const stands = beginsWith(rest, name) || (name.startsWith("v") && beginsWith(rest, name.slice(1)));
    if (stands && name.length > (best?.length ?? 0)) best = name;
  }
  if (best !== undefined) return { known: best };
  return /^[0-9]/.test(rest) ? { unknown: rest } : undefined;
}

/** By whole parts between dots. */
function beginsWith(text: string, name: string): boolean {
  return text.startsWith(name) && (text.length === name.length || text[name.length] === ".");
}

/** RFC 9110 section 12.4.2: 1 where nothing is said; what is not a weight is taken for none. */
function weightOf(range: string): number {
  const written = /;\s*q\s*=\s*([0-9.]+)\s*(?:;|$)/i.exec(range)?.[1];
  const weight = written === undefined ? 1 : Number(written);
  return Number.isNaN(weight) ? 1 : weight;
}

function unquoted(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  return value.slice(1, -1).replace(/\\(.)/g, "$1");
}

/** Splits at a separator, but not inside of quotes. */
function splitOutside(text: string, separator: "," | ";"): string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "\\" && quoted) i++;
    else if (char === '"') quoted = !quoted;
    else if (char === separator && !quoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
