import type { Socket } from "node:net";
import { parseHost } from "../exchange/host.ts";
import { renderLocalResponse } from "../exchange/local-response.ts";
import { problemResponse } from "../exchange/problem-response.ts";

/** A request line, as far as it takes to tell HTTP from anything else. */
const REQUEST_LINE = /^[A-Z][A-Z-]{2,19} \S/;
/** How much of the client's first octets is looked at. */
const MOST_OCTETS = 4_096;

/** Do these first octets look like a request in plain HTTP? */
export function isPlainHttp(octets: Buffer): boolean {
  return REQUEST_LINE.test(octets.toString("latin1", 0, 64));
}

/**
 * Ends a client that sends plain HTTP to an HTTPS port, with an answer it can read: 400, and where the same is to be had
 * by https. Who calls it destroys the socket in the end.
 *
 * @param octets the first of the request: most often all of it
 */
export function answerPlainHttp(socket: Socket, octets: Buffer): void {
  const head = octets.toString("latin1", 0, MOST_OCTETS).split("\r\n\r\n", 1)[0] ?? "";
  const host = fieldOf(head, "host");
  const url = host === undefined || parseHost(host) === undefined ? "https://" : `https://${host}/`;
  const response = problemResponse({
    code: "GW0214",
    detail: `This port speaks TLS: use ${url}`,
    publicDetail: true,
    requestId: "none",
    accept: fieldOf(head, "accept"),
    development: true,
  });
  // Dropped until the client ends: octets left unread would make the system send a reset, and the answer could be lost.
  socket.resume();
  socket.end(renderLocalResponse(response, /^\S*/.exec(head)?.[0] ?? "", "connection: close\r\n"), "latin1");
}

function fieldOf(head: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*([^\\r\\n]*?)[ \\t]*$`, "im").exec(head)?.[1];
}
