import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A request as an endpoint got it. */
export interface Http2Request {
  readonly headers: IncomingHttpHeaders;
  /** Names and values by turns, as they came. */
  readonly list: readonly string[];
  readonly stream: ServerHttp2Stream;
  /** Which connection it came on, from 0. */
  readonly connection: number;
}

export interface Http2Endpoint {
  readonly port: number;
  /** "http://127.0.0.1:12345" */
  readonly url: string;
  readonly requests: Http2Request[];
  readonly sessions: ServerHttp2Session[];
  /** Of each connection, as accepted. */
  readonly sockets: Socket[];
  /** Streams in progress. */
  open(): number;
  /** Stops listening, and ends each connection with GOAWAY when what it has begun with is done. */
  shutDown(): Promise<void>;
  /** Stops listening and ends every connection, as a killed process would. */
  kill(): Promise<void>;
}

export type Http2Behaviour = (request: Http2Request) => void;

const answerOk: Http2Behaviour = ({ stream }) => {
  stream.respond({ ":status": 200 });
  stream.end("ok");
};

/** An HTTP/2 server on a free loopback port: h2c, or h2 where a certificate is given. By default it answers "ok". */
export async function startHttp2Endpoint(
  behaviour: Http2Behaviour = answerOk,
  options: ServerOptions & SecureServerOptions = {},
  port = 0,
): Promise<Http2Endpoint> {
  const requests: Http2Request[] = [];
  const sessions: ServerHttp2Session[] = [];
  const sockets: Socket[] = [];
  let streams = 0;
  const server: Http2Server = options.cert ? (createSecureServer(options) as never) : createServer(options);
  server.on("session", (session) => {
    sessions.push(session);
    session.on("error", () => {});
  });
  server.on("connection", (socket: Socket) => sockets.push(socket));
  server.on("sessionError", () => {});
  server.on("stream", ((stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, list: string[]) => {
    streams++;
    stream.on("close", () => streams--);
    stream.on("error", () => {});
    const connection = sessions.indexOf(stream.session as ServerHttp2Session);
    const request = { headers, list, stream, connection };
    requests.push(request);
    behaviour(request);
  }) as never);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const shutDown = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const session of sessions) session.close();
    await closed;
  };
  const kill = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  onTestFinished(kill);
  const scheme = options.cert ? "https" : "http";
  return {
    port: bound,
    url: `${scheme}://127.0.0.1:${bound}`,
    requests,
    sessions,
    sockets,
    open: () => streams,
    shutDown,
    kill,
  };
}

/** All of a request's body. */
export async function bodyOf(stream: ServerHttp2Stream): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
