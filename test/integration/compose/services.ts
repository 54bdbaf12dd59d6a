import type { IncomingMessage, ServerResponse } from "node:http";
import { startEndpoint, type TestEndpoint } from "../../helpers/endpoints.ts";

/** What a service answers. */
export interface JsonAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Sent as it is, where it is a text; as JSON otherwise. */
  readonly body?: unknown;
  /** How long it takes, in ms; Infinity: it never comes. */
  readonly after?: number;
}

/** A service that answers JSON: the same to every request, or what is worked out of each. */
export function startJson(
  answer: JsonAnswer | ((request: IncomingMessage, body: string) => JsonAnswer),
): Promise<TestEndpoint> {
  return startEndpoint((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      const given = typeof answer === "function" ? answer(request, body) : answer;
      if (given.after === undefined) send(response, given);
      else if (Number.isFinite(given.after)) setTimeout(() => send(response, given), given.after);
    });
  });
}

function send(response: ServerResponse, { status = 200, headers = {}, body = {} }: JsonAnswer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
