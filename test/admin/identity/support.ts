import { createHash, randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { startAdmin } from "../../../src/admin/start-admin.ts";
import type { LocalJwt } from "../../../src/config/local-jwt.ts";
import type { DevelopmentIssuer } from "../../../src/identity/development-issuer.ts";
import { anIssuer } from "../../identity/support.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { createFakeSource } from "../fake-source.ts";
import { type Answer, ask, type Asked } from "../running-admin.ts";

/** The gateway behind it listens on http://localhost:8080. */
export const CALLBACK = "http://localhost:8080/callback";

export interface Idp {
  readonly port: number;
  readonly issuer: DevelopmentIssuer;
  /** Lets time pass, for codes and tokens. */
  pass(ms: number): void;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** A form, as a program posts it. */
  post(path: string, form: Form, headers?: Record<string, string>): Promise<Answer>;
  ask(path: string, asked: Asked): Promise<Answer>;
}

export type Form = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface IdpOptions {
  readonly people?: readonly { readonly name: string; readonly roles: readonly string[] }[];
  readonly jwts?: readonly LocalJwt[];
  readonly open?: () => Promise<DevelopmentIssuer>;
}

const PEOPLE = [
  { name: "alice", roles: ["customer"] },
  { name: "ops", roles: ["admin", "auditor"] },
];

/** The issuer's pages on a real admin server, with a clock that a test moves. */
export async function runIdp({ people = PEOPLE, jwts = [], open }: IdpOptions = {}): Promise<Idp> {
  const { issuer } = await anIssuer();
  let later = 0;
  const clock = { now: () => Date.now() + later };
  const identity = { open: open ?? (() => Promise.resolve(issuer)), people, jwts, clock, wallClock: clock };
  const admin = await startAdmin({
    source: createFakeSource(),
    port: 0,
    stateDirectory: tempDir(),
    version: "0.0.0-test",
    config: "/somewhere/gateway.config.yaml",
    identity,
  });
  if (admin === undefined) throw new Error("the admin API is off");
  onTestFinished(() => admin.close());
  const { port } = admin;
  const type = { "content-type": "application/x-www-form-urlencoded" };
  return {
    port,
    issuer,
    pass: (ms) => void (later += ms),
    get: (path, headers = {}) => ask(port, path, { headers }),
    post: (path, form, headers = {}) =>
      ask(port, path, { method: "POST", headers: { ...type, ...headers }, body: encode(form) }),
    ask: (path, asked) => ask(port, path, asked),
  };
}

/** As a browser encodes a form. */
export function encode(form: Form): string {
  const pairs = Object.entries(form).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => [name, one] as [string, string]),
  );
  return new URLSearchParams(pairs).toString();
}

/** A verifier and its challenge. */
export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** An authorization request that nothing is wrong with. */
export function request(challenge: string, changes: Form = {}): Form {
  return {
    response_type: "code",
    client_id: "web",
    redirect_uri: CALLBACK,
    scope: "openid orders:read",
    state: "st&<\"'ate",
    nonce: "n-1",
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...changes,
  };
}

/** What a browser keeps of a login page: the cookie, and the form's fields. */
export interface Shown {
  readonly cookie: string;
  readonly fields: Record<string, string | string[]>;
  readonly people: readonly string[];
}

/** Reads a login page as a browser would. */
export function readPage({ text, headers }: Answer): Shown {
  const fields: Record<string, string | string[]> = {};
  for (const [, name = "", value = ""] of text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)) {
    const before = fields[name];
    fields[name] = before === undefined ? unescape(value) : [before, unescape(value)].flat();
  }
  const people = [...text.matchAll(/<button name="consumer" value="([^"]*)">/g)].map((found) =>
    unescape(found[1] ?? ""),
  );
  const cookie = String(headers["set-cookie"] ?? "").split(";")[0] ?? "";
  return { cookie, fields, people };
}

function unescape(text: string): string {
  return text.replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)));
}

/** Goes from the request to the code, by the page's button for `consumer`. */
export async function login(idp: Idp, asked: Form, consumer = "alice"): Promise<{ location: URL; code: string }> {
  const shown = readPage(await idp.get(`/idp/authorize?${encode(asked)}`));
  const own = { origin: `http://127.0.0.1:${idp.port}`, cookie: shown.cookie };
  const answer = await idp.post("/idp/login", { ...shown.fields, consumer }, own);
  if (answer.status !== 303) throw new Error(`${answer.status}: ${answer.text}`);
  const location = new URL(String(answer.headers["location"]));
  return { location, code: location.searchParams.get("code") ?? "" };
}
