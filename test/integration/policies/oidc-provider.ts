import { createHash, randomBytes } from "node:crypto";
import { type IncomingMessage } from "node:http";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { makeKey, signToken } from "../../policies/authenticate/tokens.ts";

const KEY = makeKey("ES256");

type Claims = Readonly<Record<string, unknown>>;

export interface TestProvider {
  readonly issuer: string;
  /** How often each path was asked for. */
  readonly asked: Map<string, number>;
  /** Authorization of the last token request. */
  readonly authorization: () => string | undefined;
  /** Put in place of what the provider would say. */
  readonly changes: { metadata?: Claims; key?: typeof KEY; tokenStatus?: number };
  /** Logs a user in: the way back to the gateway. `claims` replace the ID token's. */
  logIn(authorize: URL, claims?: Claims): URL;
  kill(): Promise<void>;
}

interface Grant {
  readonly asked: URLSearchParams;
  readonly claims: Claims;
}

/** An OpenID provider that does as it is told, and checks what a client must not get wrong. */
export async function startProvider(): Promise<TestProvider> {
  const grants = new Map<string, Grant>();
  const asked = new Map<string, number>();
  const changes: TestProvider["changes"] = {};
  let issuer = "";
  let authorization: string | undefined;
  const endpoint = await startEndpoint((request, response) => {
    const path = request.url ?? "";
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const send = (status: number, body: object): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (path === "/.well-known/openid-configuration") return send(200, { ...metadataOf(issuer), ...changes.metadata });
    if (path === "/jwks") return send(200, { keys: [KEY.jwk] });
    if (path !== "/token") return send(404, {});
    void formOf(request).then((form) => {
      authorization = request.headers.authorization;
      const grant = grants.get(form.get("code") ?? "");
      grants.delete(form.get("code") ?? "");
      if (changes.tokenStatus !== undefined) return send(changes.tokenStatus, {});
      if (grant === undefined || !isTheirs(form, grant.asked)) return send(400, { error: "invalid_grant" });
      return send(200, { token_type: "Bearer", access_token: "at", id_token: idToken(issuer, grant, changes.key) });
    });
  });
  issuer = endpoint.url;
  return {
    issuer,
    asked,
    authorization: () => authorization,
    changes,
    logIn(authorize, claims = {}) {
      const code = randomBytes(8).toString("hex");
      grants.set(code, { asked: authorize.searchParams, claims });
      const back = new URL(authorize.searchParams.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      back.searchParams.set("state", authorize.searchParams.get("state") ?? "");
      return back;
    },
    kill: endpoint.kill,
  };
}

function metadataOf(issuer: string): Claims {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize?tenant=1`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    end_session_endpoint: `${issuer}/logout`,
  };
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const part of request) text += String(part);
  return new URLSearchParams(text);
}

/** RFC 6749 section 4.1.3 and RFC 7636 section 4.6. */
function isTheirs(form: URLSearchParams, asked: URLSearchParams): boolean {
  const made = createHash("sha256")
    .update(form.get("code_verifier") ?? "")
    .digest("base64url");
  return (
    form.get("grant_type") === "authorization_code" &&
    form.get("redirect_uri") === asked.get("redirect_uri") &&
    form.get("client_id") === asked.get("client_id") &&
    asked.get("code_challenge_method") === "S256" &&
    made === asked.get("code_challenge")
  );
}

function idToken(issuer: string, { asked, claims }: Grant, key = KEY): string {
  const now = Math.floor(Date.now() / 1000);
  const usual = { iss: issuer, aud: asked.get("client_id"), sub: "u-1", iat: now, exp: now + 600 };
  const whole: Record<string, unknown> = { ...usual, nonce: asked.get("nonce"), roles: ["customer"], ...claims };
  return signToken(key, whole);
}
