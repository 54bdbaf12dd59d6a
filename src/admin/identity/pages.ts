import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AuthorizationCodes } from "../../identity/authorization-codes.ts";
import { ISSUER_PATH } from "../../identity/issuer-name.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { admitOrigin, type Listeners, originProblem } from "./cross-origin.ts";
import { addDocuments } from "./documents.ts";
import { createDesk, type IdentityDesk, type IdentityOptions } from "./identity-desk.ts";
import { addLogin, addLogout } from "./login.ts";
import { SOMEBODY } from "./login-page.ts";
import { formOf } from "./replies.ts";
import { answerTokenRequest, TokenRefusal, type TokenResponse } from "./token-requests.ts";

const FORM = "application/x-www-form-urlencoded";

/**
 * Adds the endpoints of the development issuer below `/idp`. They take no admin token: who may log in as whom is what
 * they are for. Forms are read here, and here only; the rest of the admin API keeps to JSON.
 */
export async function addIdentityPages(
  app: FastifyInstance,
  options: IdentityOptions,
  listeners: Listeners,
): Promise<void> {
  const desk = createDesk({ ...options, people: options.people.length > 0 ? options.people : [SOMEBODY] });
  await app.register(
    async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(FORM, { parseAs: "string" }, (_request, body, done) => done(null, String(body)));
      scope.setErrorHandler((error: Error, _request, reply) => sendError(reply, error));
      const codes = new AuthorizationCodes(desk.clock);
      addDocuments(scope, desk, listeners);
      addTokenEndpoint(scope, desk, codes, listeners);
      addLogin(scope, desk, codes, listeners);
      addLogout(scope, listeners);
    },
    { prefix: ISSUER_PATH },
  );
}

function addTokenEndpoint(
  scope: FastifyInstance,
  desk: IdentityDesk,
  codes: AuthorizationCodes,
  listeners: Listeners,
): void {
  const answer = async (request: FastifyRequest): Promise<TokenResponse> => {
    const { origin, authorization } = request.headers;
    const problem = await originProblem(request, listeners);
    if (problem !== undefined) throw new TokenRefusal("invalid_request", problem);
    // Browsers send it along with every POST, whatever the page.
    const isFromPage = origin !== undefined;
    return answerTokenRequest(desk, codes, { parameters: formOf(request), authorization, isFromPage });
  };
  scope.post("/token", { onRequest: admitOrigin(listeners), handler: answer });
}

/** RFC 6749 section 5.2, for whatever goes wrong here. */
function sendError(reply: FastifyReply, error: Error & { statusCode?: number }): FastifyReply {
  if (error instanceof TokenRefusal) {
    return reply.code(400).send({ error: error.error, error_description: error.description });
  }
  const { statusCode = 500 } = error;
  if (statusCode < 500) {
    const description = statusCode === 415 ? `the body must be ${FORM}` : error.message;
    return reply.code(statusCode).send({ error: "invalid_request", error_description: description });
  }
  const description = error instanceof GatewayError ? `${error.code}: ${error.message}` : "the issuer failed";
  return reply.code(500).send({ error: "server_error", error_description: description });
}
