export type NaiveField = readonly [name: string, value: string];

/** A message taken apart the slow way: split at CRLF and at the first colon, with none of the gateway's code. */
export interface NaiveMessage {
  readonly startLine: string;
  readonly fields: readonly NaiveField[];
  /** What stands behind the head. */
  readonly rest: string;
}

/** Of octets that are known to be well-formed. */
export function readNaively(octets: string): NaiveMessage {
  const headEnd = octets.indexOf("\r\n\r\n");
  const [startLine = "", ...lines] = octets.slice(0, headEnd).split("\r\n");
  return { startLine, fields: lines.map(toField), rest: octets.slice(headEnd + 4) };
}

function toField(line: string): NaiveField {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "")];
}

/** Every value of a field; `name` in lower case. */
export function naiveValues({ fields }: NaiveMessage, name: string): string[] {
  return fields.filter(([known]) => known.toLowerCase() === name).map(([, value]) => value);
}

/** The names in Connection, in lower case. */
export function nominated(message: NaiveMessage): ReadonlySet<string> {
  const names = naiveValues(message, "connection").flatMap((value) => value.toLowerCase().split(","));
  return new Set(names.map((name) => name.trim()).filter((name) => name !== ""));
}

/** The data of a chunked body that is known to be well-formed. */
export function decodeChunks(octets: string): string {
  return splitChunks(octets).data;
}

/** Data and trailers of a chunked body that is known to be well-formed. */
export function splitChunks(octets: string): { data: string; trailers: NaiveField[]; plain: string } {
  let data = "";
  let plain = "";
  let at = 0;
  for (;;) {
    const lineEnd = octets.indexOf("\r\n", at);
    const digits = /^[0-9a-f]+/i.exec(octets.slice(at, lineEnd))?.[0] ?? "0";
    const size = Number.parseInt(digits, 16);
    at = lineEnd + 2;
    plain += `${digits}\r\n`;
    if (size === 0) break;
    data += octets.slice(at, at + size);
    plain += `${octets.slice(at, at + size)}\r\n`;
    at += size + 2;
  }
  const lines = octets.slice(at).split("\r\n");
  return { data, trailers: lines.filter((line) => line !== "").map(toField), plain: plain + octets.slice(at) };
}

/**
 * The message in a form that llhttp does not refuse in vain: without chunk extensions, in which it takes no white
 * space though RFC 9112 section 7.1.1 does, and without the white space behind what frames, where it takes no tab though
 * RFC 9110 section 5.5 does. The gateway passes neither on.
 */
export function plainest(octets: string, chunked: boolean): string {
  const { rest } = readNaively(octets);
  const head = octets
    .slice(0, octets.length - rest.length)
    .replace(/^((?:content-length|transfer-encoding):.*?)[\t ]+(?=\r)/gim, "$1");
  return head + (chunked ? splitChunks(rest).plain : rest);
}

const NEVER_TRAILERS = new Set(
  "close transfer-encoding content-length host connection keep-alive te trailer upgrade expect forwarded authorization cookie set-cookie proxy-authorization proxy-connection content-encoding content-type content-range".split(
    " ",
  ),
);

/** Trailers that may not go on: Connection names one, and it is too late to find out which. */
export function dropsTrailers(names: ReadonlySet<string>): boolean {
  return [...names].some((name) => !NEVER_TRAILERS.has(name) && !/^x[-_](?:consumer|forwarded)[-_]/.test(name));
}
