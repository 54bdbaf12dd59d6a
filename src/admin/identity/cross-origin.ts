import type { FastifyReply, FastifyRequest } from "fastify";
import { isOwnOrigin } from "./redirect-targets.ts";

/** Where the gateway listens, as URLs. */
export type Listeners = () => Promise<readonly string[]>;

/** What keeps a page of that origin from asking; programs send no Origin. */
export async function originProblem(
  { headers }: Pick<FastifyRequest, "headers">,
  listeners: Listeners,
): Promise<string | undefined> {
  const { origin, host } = headers;
  if (origin === undefined || origin === `http://${host}` || isOwnOrigin(origin, await listeners())) return undefined;
  return "pages of that origin may not ask here";
}

/**
 * Lets pages of the gateway's own listeners read the answer (CORS), and no others: an application behind the gateway may
 * run the login by itself.
 */
export function admitOrigin(listeners: Listeners) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { origin } = request.headers;
    reply.header("vary", "origin");
    if (origin === undefined || (await originProblem(request, listeners)) !== undefined) return;
    reply.header("access-control-allow-origin", origin);
    if (request.method !== "OPTIONS") return;
    reply.header("access-control-allow-methods", "GET, POST");
    reply.header("access-control-allow-headers", "authorization, content-type");
  };
}
