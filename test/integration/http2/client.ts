import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from "node:http2";
import { onTestFinished } from "vitest";
import { until } from "../../helpers/eventually.ts";

export interface Http2Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly text: string;
  readonly trailers: Readonly<Record<string, unknown>> | undefined;
  /** The 1xx that came before, as [status, link]. */
  readonly early: readonly (readonly [status: number, link: string | undefined])[];
  /** The code that the stream ended with: 0 if nothing was wrong. */
  readonly code: number;
  /** The stream ended as it should. */
  readonly whole: boolean;
}

/** Connects by prior knowledge, or as `options` say. The session is destroyed when the test ends. */
export async function connectClient(
  port: number,
  options: Parameters<typeof connect>[1] = {},
  scheme = "http",
): Promise<ClientHttp2Session> {
  const session = connect(`${scheme}://localhost:${port}`, { ...options });
  let failure: Error | undefined;
  let ready = false;
  session.on("error", (error) => {
    failure = error;
  });
  // Until then, the gateway may still be shaking hands, and the client does not know how many streams there may be.
  session.once("remoteSettings", () => {
    ready = true;
  });
  onTestFinished(() => session.destroy());
  await until(() => ready || failure, "no settings came");
  if (failure) throw failure;
  return session;
}

/** What a stream brings, told when it is closed. */
export function responseOf(stream: ClientHttp2Stream): Promise<Http2Response> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const early: [number, string | undefined][] = [];
    let headers: Record<string, string | string[] | undefined> = {};
    let trailers: Record<string, unknown> | undefined;
    let ended = false;
    stream.on("headers", (fields) => early.push([Number(fields[":status"]), fields["link"] as string | undefined]));
    stream.on("response", (fields) => {
      headers = fields;
    });
    stream.on("trailers", (fields) => {
      trailers = fields;
    });
    stream.on("data", (part: Buffer) => parts.push(part));
    stream.on("end", () => {
      ended = !stream.aborted;
    });
    stream.on("error", () => {});
    stream.on("close", () => {
      const body = Buffer.concat(parts);
      const status = Number(headers[":status"] ?? 0);
      const code = stream.rstCode ?? 0;
      resolve({ status, headers, body, text: body.toString(), trailers, early, code, whole: ended && code === 0 });
    });
  });
}

/** One request and its whole response. `body` is sent in the parts given. */
export function send(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body: readonly (string | Buffer)[] = [],
): Promise<Http2Response> {
  const stream = session.request({ ":path": "/", ...headers }, { endStream: body.length === 0 });
  const response = responseOf(stream);
  body.forEach((part) => void stream.write(part));
  if (body.length > 0) stream.end();
  return response;
}
