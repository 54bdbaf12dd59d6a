import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ISSUER_PATH } from "../../identity/issuer-name.ts";
import { readAccessToken } from "../../identity/tokens.ts";
import { admitOrigin, type Listeners } from "./cross-origin.ts";
import { metadata } from "./discovery.ts";
import type { IdentityDesk } from "./identity-desk.ts";

/** Metadata, keys, and who a token is of: for programs, and for pages of the gateway's own origins. */
export function addDocuments(scope: FastifyInstance, desk: IdentityDesk, listeners: Listeners): void {
  const open = { onRequest: admitOrigin(listeners) };
  const base = ({ headers }: FastifyRequest): string => `http://${headers.host}${ISSUER_PATH}`;
  scope.get("/.well-known/openid-configuration", open, (request) => metadata(base(request)));
  scope.get("/jwks.json", open, async () => ({ keys: (await desk.issuer()).jwks() }));
  const tellUser = userInfo(desk);
  scope.get("/userinfo", open, tellUser);
  scope.post("/userinfo", open, tellUser);
  scope.options("/*", open, (_request, reply) => reply.code(204).send());
}

/** OpenID Connect Core 1.0 section 5.3. */
function userInfo(desk: IdentityDesk) {
  const refuse = (reply: FastifyReply, status: number, error: string, more = ""): FastifyReply => {
    const challenge = error === "" ? "" : `, error="${error}"`;
    return reply.code(status).header("www-authenticate", `Bearer realm="userinfo"${challenge}${more}`).send();
  };
  return async (request: FastifyRequest, reply: FastifyReply): Promise<object> => {
    const token = /^Bearer +([^\s]+) *$/i.exec(request.headers.authorization ?? "")?.[1];
    if (token === undefined) return refuse(reply, 401, "");
    const claims = await readAccessToken(await desk.issuer(), token, desk.wallClock.now());
    if (claims === undefined) return refuse(reply, 401, "invalid_token");
    const { sub, roles, scope } = claims;
    if (typeof scope !== "string" || !scope.split(" ").includes("openid")) {
      return refuse(reply, 403, "insufficient_scope", ', scope="openid"');
    }
    return { sub, name: sub, preferred_username: sub, roles };
  };
}
