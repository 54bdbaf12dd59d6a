import type { IncomingMessage } from "node:http";
import type { UpgradableClient } from "../exchange/client-side.ts";
import { hasField, passedFields } from "./passed-fields.ts";

/** Calls that tell how the relay ended. */
export interface RelayEvents {
  onProgress(): void;
  onDone(): void;
  onCut(): void;
}

/**
 * Passes on an endpoint's answer other than 101 to an upgrade, streaming, by the same rules as any response. The
 * connection ends after it: the client's next octets could be the other protocol's.
 * @param requestIdLine with its CRLF; for an answer that has none of its own
 * @param added fields of the gateway's own
 */
export function relayRefusal(
  response: IncomingMessage,
  client: UpgradableClient,
  requestIdLine: string,
  added: readonly (readonly [name: string, value: string])[],
  events: RelayEvents,
): void {
  const { writer } = client;
  const fields = passedFields(response);
  let head = `HTTP/1.1 ${response.statusCode ?? 502} ${response.statusMessage ?? ""}\r\n`;
  for (const [name, value] of [...fields, ...added]) head += `${name}: ${value}\r\n`;
  if (!hasField(fields, "x-request-id")) head += requestIdLine;
  // RFC 9110 section 15.5.22: 426 says what to upgrade to, and this connection can.
  const offer = response.statusCode === 426 ? response.headers.upgrade : undefined;
  if (offer !== undefined) head += `upgrade: ${offer}\r\n`;
  const bodiless = response.statusCode === 204 || response.statusCode === 304;
  const endless = response.headers["content-length"] === undefined && !bodiless;
  if (endless) head += "transfer-encoding: chunked\r\n";
  writer.startText(`${head}connection: ${offer === undefined ? "" : "upgrade, "}close\r\n\r\n`, endless);
  // The body may be long in coming.
  writer.flush();
  response.on("data", (chunk: Buffer) => {
    events.onProgress();
    if (!writer.write(chunk, 0, chunk.length)) {
      response.pause();
      client.socket.once("drain", () => response.resume());
    }
    writer.flush();
  });
  response.once("end", () => {
    writer.end();
    events.onDone();
  });
  response.once("close", () => {
    if (!response.complete) events.onCut();
  });
}
