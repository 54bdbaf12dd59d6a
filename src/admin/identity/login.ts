import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AuthorizationCodes } from "../../identity/authorization-codes.ts";
import { LOCAL_ISSUER } from "../../identity/issuer-name.ts";
import { type AuthorizeRequest, readAuthorizeRequest } from "./authorize-request.ts";
import type { Listeners } from "./cross-origin.ts";
import { page } from "./html.ts";
import type { IdentityDesk } from "./identity-desk.ts";
import { loginCookie, LoginForms } from "./login-form.ts";
import { loginPage } from "./login-page.ts";
import type { Parameters } from "./parameters.ts";
import { isOwnAddress } from "./redirect-targets.ts";
import { formOf, parametersOf, redirect, refusal, sendPage } from "./replies.ts";

/** `/authorize` shows the login page, `/login` takes its form and sends the browser back with a code. */
export function addLogin(
  scope: FastifyInstance,
  desk: IdentityDesk,
  codes: AuthorizationCodes,
  listeners: Listeners,
): void {
  const forms = new LoginForms();
  const ask = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const asked = await readRequest(parametersOf(request), listeners, reply);
    if (asked === undefined) return reply;
    const mark = forms.markOf(request.headers.cookie);
    reply.header("set-cookie", loginCookie(mark));
    return sendPage(reply, 200, loginPage(asked, desk.people, forms.tokenFor(mark, asked)));
  };
  scope.get("/authorize", ask);
  scope.post("/authorize", ask);
  scope.post("/login", async (request, reply) => {
    const parameters = formOf(request);
    const asked = await readRequest(parameters, listeners, reply);
    if (asked === undefined) return reply;
    const { origin, cookie, host } = request.headers;
    const isOwnPage = origin === undefined || origin === `http://${host}`;
    if (!isOwnPage || !forms.isOurs(cookie, parameters.get("csrf"), asked)) {
      return sendPage(reply, 403, refusal("This form was not shown to this browser. Go back to the application."));
    }
    const person = desk.people.find(({ name }) => name === parameters.get("consumer"));
    if (person === undefined) return sendPage(reply, 400, refusal("The config has no consumer of that name."));
    const { name: subject, roles } = person;
    const code = codes.issue({ ...asked, subject, roles });
    return redirect(reply, asked.redirectUri, { code, state: asked.state, iss: LOCAL_ISSUER });
  });
}

/** Nobody stays logged in, so that there is nothing to end; what called is called back, if it is the gateway's own. */
export function addLogout(scope: FastifyInstance, listeners: Listeners): void {
  const leave = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const parameters = parametersOf(request);
    const target = parameters.get("post_logout_redirect_uri");
    if (target === undefined) return sendPage(reply, 200, page("Logged out", "<p>You can close this page.</p>"));
    if (parameters.repeated.length > 0 || !isOwnAddress(target, await listeners())) {
      return sendPage(reply, 400, refusal("post_logout_redirect_uri is not an address of this gateway's listeners."));
    }
    return redirect(reply, target, { state: parameters.get("state") });
  };
  scope.get("/logout", leave);
  scope.post("/logout", leave);
}

/** The request, if it can be put to the user; else the answer has been sent. */
async function readRequest(
  parameters: Parameters,
  listeners: Listeners,
  reply: FastifyReply,
): Promise<AuthorizeRequest | undefined> {
  const read = readAuthorizeRequest(parameters, await listeners());
  if (read.kind === "request") return read.request;
  if (read.kind === "refused") {
    sendPage(reply, 400, refusal(read.why));
  } else {
    const { redirectUri, state, error, description } = read;
    redirect(reply, redirectUri, { error, error_description: description, state, iss: LOCAL_ISSUER });
  }
  return undefined;
}
