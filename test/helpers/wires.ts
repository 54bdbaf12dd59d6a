import { request } from "node:http";
import { connect, type OutgoingHttpHeaders } from "node:http2";

/** What a listener speaks: what policies do is the same over each. */
export const WIRES = ["HTTP/1.1", "HTTP/2"] as const;
export type Wire = (typeof WIRES)[number];

export interface Question {
  readonly method?: string;
  /** With its query. */
  readonly path?: string;
  readonly host?: string;
  /** A list for several fields of one name. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

export interface Reply {
  readonly status: number;
  /** Names in lower case; several of a name as a list, where Node does not join them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Asks a gateway on this machine over a connection of its own. */
export function ask(wire: Wire, port: number, question: Question = {}): Promise<Reply> {
  return wire === "HTTP/2" ? askHttp2(port, question) : askHttp1(port, question);
}

function askHttp1(port: number, { method = "GET", path = "/", host, headers = {}, body }: Question): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const named = host === undefined ? headers : { ...headers, host };
    const asking = request({ host: "127.0.0.1", port, method, path, headers: named, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      response.on("error", reject);
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

function askHttp2(port: number, { method = "GET", path = "/", host, headers = {}, body }: Question): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${port}`);
    session.on("error", reject);
    const fields: OutgoingHttpHeaders = { ":method": method, ":path": path, ...headers };
    if (host !== undefined) fields[":authority"] = host;
    const stream = session.request(fields, { endStream: body === undefined });
    let text = "";
    let answered: Pick<Reply, "status" | "headers"> | undefined;
    stream.setEncoding("utf8");
    stream.on("response", ({ ":status": status = 0, ...rest }) => {
      answered = { status, headers: rest };
    });
    stream.on("data", (part: string) => {
      text += part;
    });
    stream.on("error", reject);
    stream.on("close", () => {
      session.close();
      if (answered === undefined) reject(new Error("the stream ended without a response"));
      else resolve({ ...answered, text });
    });
    if (body !== undefined) stream.end(body);
  });
}
