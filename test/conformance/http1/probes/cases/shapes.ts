import type { ClientStep, ExpectedResponse, Outcome } from "../probe.ts";

/** A GET of /a, or of another target; field lines without a CRLF at their end. */
export function get(lines = "", target = "/a"): string {
  return request("GET", lines, "", target);
}

/** A request with Host, these field lines (no CRLF at their end) and this body. */
export function request(method: string, lines = "", body = "", target = "/a"): string {
  return `${method} ${target} HTTP/1.1\r\nHost: a.test\r\n${lines === "" ? "" : `${lines}\r\n`}\r\n${body}`;
}

/** A POST whose body is framed by its length. */
export function post(body: string, lines = ""): string {
  return request("POST", `${lines === "" ? "" : `${lines}\r\n`}Content-Length: ${body.length}`, body);
}

/** A POST in chunks; `chunks` as they are to be sent. */
export function chunked(chunks: string, lines = ""): string {
  return request("POST", `${lines === "" ? "" : `${lines}\r\n`}Transfer-Encoding: chunked`, chunks);
}

/** A response whose body is framed by its length. */
export function answer(lines = "", body = "ok", status = "200 OK"): string {
  return `HTTP/1.1 ${status}\r\n${lines === "" ? "" : `${lines}\r\n`}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** A response that is nothing but this: no field is added. */
export function bare(status: string, lines = "", body = ""): string {
  return `HTTP/1.1 ${status}\r\n${lines === "" ? "" : `${lines}\r\n`}\r\n${body}`;
}

/** Octets in one chunk, and the end. */
export function oneChunk(data: string, trailers = ""): string {
  return `${data.length.toString(16)}\r\n${data}\r\n0\r\n${trailers}\r\n`;
}

export const OK: ExpectedResponse = { status: 200, body: "ok" };

/** Refused with one of these statuses, the connection ended, and nothing told the endpoint. */
export function refused(...status: number[]): Outcome {
  return { client: [{ status }], endpoint: [], connection: "closed" };
}

/** Refused with one of these statuses; what becomes of the connection is left open. */
export function turnedDown(...status: number[]): Outcome {
  return { client: [{ status }], endpoint: [] };
}

/** The endpoint's answer is not passed on: 502, and the client's connection is not to blame. */
export const BAD_GATEWAY: Outcome = { client: [{ status: 502 }], connection: "open" };

/** Waits for the first response before going on. */
export const THEN: ClientStep = { responses: 1 };
