import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { bearsToken } from "./admin-token.ts";
import type { AdminProblem } from "./problem.ts";

/** On every answer. There are no CORS fields: no page of another origin is ever let in. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
};

/**
 * Is the request for this very port of this machine? A page that had its own name resolve to 127.0.0.1 (DNS rebinding)
 * reaches the socket, but its requests carry its own name. Exactly one Host, and a target without a host of its own.
 */
export function hostProblem(request: IncomingMessage, port: number): AdminProblem | undefined {
  const hosts = request.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === "host");
  const host = request.headers.host ?? "";
  if (hosts.length === 1 && loopbackHosts(port).includes(host) && request.url?.startsWith("/")) return undefined;
  const detail = `The admin API is at ${loopbackHosts(port).join(", ")}, and at no other name.`;
  return { code: "GW0601", detail };
}

/** A call that changes state: token, JSON, and no page of another origin behind it. */
export function callProblem(headers: IncomingHttpHeaders, token: string, port: number): AdminProblem | undefined {
  const { origin, authorization } = headers;
  if (origin !== undefined && !loopbackHosts(port).some((host) => origin === `http://${host}`)) {
    return { code: "GW0607", detail: "Origin is not the admin port's own." };
  }
  if (!bearsToken(authorization, token)) {
    return { code: "GW0602", detail: "The call changes state and needs `authorization: Bearer TOKEN`." };
  }
  if (mediaType(headers["content-type"]) !== "application/json") {
    return { code: "GW0603", detail: "The call needs `content-type: application/json`." };
  }
  return undefined;
}

function loopbackHosts(port: number): string[] {
  return [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`];
}

function mediaType(value: string | undefined): string {
  return (value ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}
