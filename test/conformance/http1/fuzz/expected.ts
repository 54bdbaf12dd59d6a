import type { Forwarded } from "./forward.ts";
import type { LlhttpMessage } from "./llhttp-reader.ts";

const NEVER = new Set(
  "connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade forwarded x-request-id".split(
    " ",
  ),
);
const ALWAYS = new Set(["host", "content-length", "date"]);
const VOUCHED = /^x[-_](?:consumer[-_].|forwarded[-_](?:for|proto|host|port)$)/;

/**
 * What an endpoint is to read, worked out from the input the slow way: split at CRLF and at the first colon, with none
 * of the gateway's code.
 */
export function expectedMessage(input: string, { end, chunked, target, host }: Forwarded): LlhttpMessage {
  const message = input.slice(0, end);
  const headEnd = message.indexOf("\r\n\r\n");
  const [requestLine = "", ...lines] = message.slice(0, headEnd).split("\r\n");
  const [method = "", sentTarget = "", version] = requestLine.split(" ");
  const fields = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "")];
  });
  const values = (name: string): string[] => fields.filter(([n]) => n.toLowerCase() === name).map(([, value]) => value);
  const nominated = new Set(
    values("connection").flatMap((value) =>
      value
        .toLowerCase()
        .split(",")
        .map((n) => n.trim()),
    ),
  );
  const kept = fields.filter(([name]) => {
    const lower = name.toLowerCase();
    if (NEVER.has(lower) || VOUCHED.test(lower)) return false;
    return !nominated.has(lower) || ALWAYS.has(lower);
  });
  const plain = sentTarget === target && version === "HTTP/1.1" && values("host")[0] !== "";
  const head = plain
    ? kept
    : [["host", host] as [string, string], ...kept.filter(([name]) => name.toLowerCase() !== "host")];
  return {
    method,
    target,
    fields: [...head, ...ownFields(chunked, values("te").join(","), host, values("host").length + (plain ? 0 : 1) > 0)],
    body: chunked ? decodeChunks(message.slice(headEnd + 4)) : message.slice(headEnd + 4),
  };
}

function ownFields(chunked: boolean, te: string, host: string, named: boolean): [string, string][] {
  const own: [string, string][] = [];
  if (chunked) own.push(["transfer-encoding", "chunked"]);
  if (te.split(",").some((coding) => coding.trim().toLowerCase() === "trailers")) {
    own.push(["te", "trailers"], ["connection", "te"]);
  }
  own.push(["x-forwarded-for", "127.0.0.1"], ["x-forwarded-proto", "http"]);
  if (named && host !== "fallback.test") own.push(["x-forwarded-host", host]);
  own.push(["x-forwarded-port", "8080"], ["via", "1.1 gatewayctl-fuzz"], ["x-request-id", "made"]);
  return own;
}

/** The data of a chunked body that is known to be well-formed. */
export function decodeChunks(octets: string): string {
  let data = "";
  let at = 0;
  for (;;) {
    const lineEnd = octets.indexOf("\r\n", at);
    const size = Number.parseInt(octets.slice(at, lineEnd), 16);
    if (size === 0) return data;
    data += octets.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
  }
}
