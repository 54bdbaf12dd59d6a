import type { IncomingMessage } from "node:http";
import type { ClientSide } from "../exchange/client-side.ts";
import type { ResponseWriter } from "../exchange/response-writer.ts";

const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Calls that tell how the relay ended. */
export interface RelayEvents {
  onProgress(): void;
  onDone(): void;
  onCut(): void;
}

/**
 * Passes on an endpoint's answer other than 101 to an upgrade, streaming, by the same rules as any response. The
 * connection ends after it: the client's next octets could be the other protocol's.
 */
export function relayRefusal(
  response: IncomingMessage,
  client: ClientSide,
  writer: ResponseWriter,
  extraFields: string,
  events: RelayEvents,
): void {
  const named = (response.headers.connection ?? "").toLowerCase().split(",");
  const stays = new Set([...HOP_BY_HOP, ...named.map((name) => name.trim())]);
  stays.delete("content-length");
  let head = `HTTP/1.1 ${response.statusCode ?? 502} ${response.statusMessage ?? ""}\r\n`;
  for (let i = 0; i + 1 < response.rawHeaders.length; i += 2) {
    const name = response.rawHeaders[i] as string;
    if (!stays.has(name.toLowerCase())) head += `${name}: ${response.rawHeaders[i + 1]}\r\n`;
  }
  const bodiless = response.statusCode === 204 || response.statusCode === 304;
  const endless = response.headers["content-length"] === undefined && !bodiless;
  if (endless) head += "transfer-encoding: chunked\r\n";
  writer.start(`${head}${extraFields}connection: close\r\n\r\n`, endless);
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
