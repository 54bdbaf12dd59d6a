import type { IncomingMessage } from "node:http";

const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

type Field = readonly [name: string, value: string];

/** The fields of an endpoint's answer that go on to the client: all but the hop-by-hop ones (RFC 9110 section 7.6.1). */
export function passedFields(response: IncomingMessage): Field[] {
  const stays = new Set(HOP_BY_HOP);
  for (const option of (response.headers.connection ?? "").split(",")) stays.add(option.trim().toLowerCase());
  // Who names it in Connection would take the end off the body.
  stays.delete("content-length");
  const passed: Field[] = [];
  const { rawHeaders } = response;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (!stays.has(name.toLowerCase())) passed.push([name, rawHeaders[i + 1] as string]);
  }
  return passed;
}

/** Does one of them have this name, given in lower case? */
export function hasField(fields: readonly Field[], wanted: string): boolean {
  return fields.some(([name]) => name.toLowerCase() === wanted);
}

/**
 * The field lines of a 101, as the object that `http-proxy` makes its head of: without a framing, which a 1xx does not
 * have (RFC 9110 sections 8.6 and 15.2), and with the upgrade's own.
 */
export function agreementFields(
  response: IncomingMessage,
  requestId: string | undefined,
  added: readonly Field[],
): Record<string, string[]> {
  const fields = passedFields(response).filter(([name]) => name.toLowerCase() !== "content-length");
  if (requestId !== undefined && !hasField(fields, "x-request-id")) fields.push(["x-request-id", requestId]);
  // Without a prototype: a field may be called "constructor" or "__proto__".
  const lines: Record<string, string[]> = Object.create(null);
  for (const [name, value] of [...fields, ...added, ["connection", "Upgrade"], ["upgrade", "websocket"]] as Field[]) {
    (lines[name] ??= []).push(value);
  }
  return lines;
}
