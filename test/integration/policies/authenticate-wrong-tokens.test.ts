import { sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGateway, type Gateway } from "../../../src/gateway/gateway.ts";
import { configOf } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";
import {
  base64url,
  makeKey,
  publicPem,
  signature,
  signToken,
  type TestKey,
} from "../../policies/authenticate/tokens.ts";
import { createServer, type Server } from "node:http";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";

const ISSUER = "https://issuer.test";
const rs = makeKey("RS256", "rs");
const es = makeKey("ES256", "es");
const es384 = makeKey("ES384", "es384");
const ed = makeKey("EdDSA", "ed");
const hs = makeKey("HS256", "hs");
const attacker = makeKey("RS256", "rs");
const attackerEc = makeKey("ES256", "attacker");
const ps = makeKey("PS256", "ps");

const now = Math.floor(Date.now() / 1000);
const claims = { iss: ISSUER, aud: "shop", sub: "alice", exp: now + 600, iat: now };
const without = (name: keyof typeof claims) => ({ ...claims, [name]: undefined });
const good = signToken(rs, claims);
const [head = "", payload = "", end = ""] = good.split(".");

/** Signed, but with the header's text as it is given. */
const withHeader = (header: unknown, key: TestKey = rs) => signToken(key, claims, header);
/** A token with an attacker's signature by HMAC. */
function hmacToken(secret: string | Buffer, header: object): string {
  const signed = `${base64url(header)}.${base64url(claims)}`;
  return `${signed}.${signature("HS256", Buffer.from(secret), signed).toString("base64url")}`;
}
const unsigned = (alg: string) => `${base64url({ alg, typ: "JWT" })}.${base64url(claims)}.`;
/** A character of the signature that changes nothing but bits which are left over. */
function withLooseBits(token: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return token.slice(0, -1) + (letters[letters.indexOf(token.at(-1) as string) + 1] ?? "");
}
function derToken(): string {
  const signed = `${base64url({ alg: "ES256", kid: "es" })}.${base64url(claims)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), es.key).toString("base64url")}`;
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

interface Wrong {
  readonly name: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly path?: string;
  readonly status?: number;
  readonly code?: string;
  /** Part of what the client is told. */
  readonly detail?: string;
}

const WRONG: readonly Wrong[] = [
  ...["none", "None", "NONE", "nOnE", ""].map((alg) => ({ name: `alg "${alg}", no signature`, token: unsigned(alg) })),
  { name: "alg none with the signature of another token", token: `${base64url({ alg: "none" })}.${payload}.${end}` },
  { name: "alg that is no text", token: withHeader({ alg: ["RS256"], kid: "rs" }) },
  { name: "alg in lower case", token: withHeader({ alg: "rs256", kid: "rs" }) },
  { name: "no alg", token: withHeader({ kid: "rs" }) },
  {
    name: "HS256 with the RSA public key (PEM) as the secret",
    token: hmacToken(publicPem(rs), { alg: "HS256", kid: "rs" }),
  },
  { name: "HS256 with the RSA modulus as the secret", token: hmacToken(String(rs.jwk.n), { alg: "HS256", kid: "rs" }) },
  {
    name: "HS256 with the JWK's text as the secret",
    token: hmacToken(JSON.stringify(rs.jwk), { alg: "HS256", kid: "rs" }),
  },
  { name: "HS256 with an empty secret and no kid", token: hmacToken("", { alg: "HS256" }) },
  { name: "HS256 with another secret", token: hmacToken("x".repeat(32), { alg: "HS256", kid: "hs" }) },
  { name: "RS256 with the kid of an oct key", token: withHeader({ alg: "RS256", kid: "hs" }) },
  { name: "ES256 with the kid of an RSA key", token: withHeader({ alg: "ES256", kid: "rs" }, es) },
  { name: "ES256 with a key of P-384", token: withHeader({ alg: "ES256", kid: "es384" }, es384) },
  { name: "EdDSA with the kid of an EC key", token: withHeader({ alg: "EdDSA", kid: "es" }, ed) },
  { name: "an algorithm that the route does not take", token: signToken({ ...rs, alg: "RS512" }, claims) },
  {
    name: "PS256 with a key that is for RS256",
    token: signToken({ ...rs, alg: "PS256" }, claims),
    detail: "not for its algorithm",
  },
  {
    name: "claims nested deeper than anybody needs",
    token: signToken(attacker, `{"a":${"[".repeat(2_900)}${"]".repeat(2_900)}}`),
  },
  { name: "an embedded jwk", token: signToken(attacker, claims, { alg: "RS256", jwk: attacker.jwk }) },
  {
    name: "an embedded jwk with the right kid",
    token: signToken(attacker, claims, { alg: "RS256", kid: "rs", jwk: attacker.jwk }),
  },
  { name: "a jku", token: signToken(attackerEc, claims, { alg: "ES256", kid: "attacker", jku: "ATTACKER/jwks.json" }) },
  { name: "an x5u", token: signToken(attackerEc, claims, { alg: "ES256", kid: "attacker", x5u: "ATTACKER/cert.pem" }) },
  { name: "an x5c", token: signToken(attackerEc, claims, { alg: "ES256", kid: "es", x5c: ["MIIB"] }) },
  {
    name: "crit with an extension",
    token: withHeader({ alg: "RS256", kid: "rs", crit: ["exp"], exp: 1 }),
    detail: "unknown extension",
  },
  { name: "an empty crit", token: withHeader({ alg: "RS256", kid: "rs", crit: [] }) },
  { name: "b64", token: withHeader({ alg: "RS256", kid: "rs", b64: false }) },
  ...[
    "../../../../dev/null",
    "/dev/null",
    "rs\u0000",
    "' OR 1=1 --",
    "__proto__",
    "RS",
    "https://attacker.test/key",
    "rs/../rs",
  ].map((kid) => ({ name: `kid ${JSON.stringify(kid)}`, token: hmacToken("", { alg: "HS256", kid }) })),
  {
    name: "an unknown kid, though the key is the right one",
    token: withHeader({ alg: "RS256", kid: "other" }),
    detail: "key that is not known",
  },
  { name: "a kid that is no text", token: withHeader({ alg: "RS256", kid: 1 }) },
  { name: "no kid where several keys fit", token: signToken(es, claims, { alg: "ES256" }), detail: "which key" },
  { name: "typ of another kind of token", token: withHeader({ alg: "RS256", kid: "rs", typ: "logout+jwt" }) },
  { name: "expired", token: signToken(rs, { ...claims, exp: now - 61 }), detail: "expired" },
  { name: "not valid yet", token: signToken(rs, { ...claims, nbf: now + 120 }), detail: "not valid yet" },
  { name: "issued in the future", token: signToken(rs, { ...claims, iat: now + 120 }) },
  { name: "no exp", token: signToken(rs, without("exp")), detail: "no exp" },
  { name: "exp as a text", token: signToken(rs, { ...claims, exp: String(now + 600) }) },
  { name: "exp null", token: signToken(rs, { ...claims, exp: null }) },
  { name: "exp infinite", token: signToken(rs, JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e999')) },
  { name: "exp negative", token: signToken(rs, { ...claims, exp: -1 }) },
  { name: "nbf as a text", token: signToken(rs, { ...claims, nbf: "0" }) },
  { name: "another issuer", token: signToken(rs, { ...claims, iss: "https://evil.test" }), detail: "another issuer" },
  { name: "the issuer with a slash more", token: signToken(rs, { ...claims, iss: `${ISSUER}/` }) },
  { name: "the issuer in other letters", token: signToken(rs, { ...claims, iss: ISSUER.toUpperCase() }) },
  { name: "the issuer in a list", token: signToken(rs, { ...claims, iss: [ISSUER] }) },
  { name: "no issuer", token: signToken(rs, without("iss")) },
  { name: "another audience", token: signToken(rs, { ...claims, aud: "bank" }), detail: "another audience" },
  { name: "a list of other audiences", token: signToken(rs, { ...claims, aud: ["bank", "shopx"] }) },
  { name: "a list of audiences with more than texts", token: signToken(rs, { ...claims, aud: ["shop", 1] }) },
  { name: "an audience in a list in a list", token: signToken(rs, { ...claims, aud: [["shop"]] }) },
  { name: "the audience as an object's name", token: signToken(rs, { ...claims, aud: { shop: true } }) },
  { name: "no audience", token: signToken(rs, without("aud")) },
  { name: "sub that is no text", token: signToken(rs, { ...claims, sub: { admin: true } }) },
  { name: "the signature of another token", token: `${head}.${base64url({ ...claims, sub: "root" })}.${end}` },
  { name: "another key of the same kid", token: signToken(attacker, claims) },
  { name: "no signature", token: `${head}.${payload}.` },
  { name: "a signature cut short", token: good.slice(0, -8) },
  { name: "a signature with bits left over", token: withLooseBits(signToken(ed, claims)) },
  { name: "padding", token: `${signToken(ed, claims)}==` },
  { name: "base64 that is not base64url", token: `${head}.${payload}.${"+/".repeat(171)}` },
  { name: "white space inside", token: `${head}. ${payload}.${end}` },
  { name: "ES256 signed in DER", token: derToken() },
  {
    name: "ES256 signed with zeros",
    token: `${base64url({ alg: "ES256", kid: "es" })}.${base64url(claims)}.${"A".repeat(86)}`,
  },
  { name: "two parts", token: `${head}.${payload}` },
  { name: "four parts", token: `${good}.${end}` },
  { name: "five parts, as if encrypted", token: `${good}.a.b`, detail: "encrypted" },
  { name: "one part", token: "abc" },
  { name: "no token behind the scheme", headers: { authorization: "Bearer" } },
  { name: "a header that is no JSON", token: withHeader("{alg:RS256}") },
  { name: "a header that is a list", token: withHeader(["RS256"]) },
  {
    name: "a header that names alg twice",
    token: withHeader('{"alg":"none","alg":"RS256","kid":"rs"}'),
    detail: "distinct names",
  },
  { name: "claims that name sub twice", token: signToken(rs, JSON.stringify(claims).replace("{", '{"sub":"root",')) },
  {
    name: "claims that name sub twice, once escaped",
    token: signToken(rs, JSON.stringify(claims).replace("{", '{"s\\u0075b":"root",')),
  },
  {
    name: "claims that name something twice further down",
    token: signToken(rs, JSON.stringify(claims).replace("{", '{"a":[{"b":1,"b":2}],')),
  },
  { name: "claims that are a text", token: signToken(rs, '"alice"') },
  { name: "claims that are null", token: signToken(rs, "null") },
  { name: "claims behind a byte order mark", token: signToken(rs, `\uFEFF${JSON.stringify(claims)}`) },
  { name: "half a character in sub", token: signToken(rs, JSON.stringify(claims).replace("alice", "\\ud83d")) },
  {
    name: "claims that are not UTF-8",
    token: ((): string => {
      const bytes = Buffer.from(JSON.stringify(claims).replace("alice", "al\u00eece"), "latin1");
      const signed = `${base64url({ alg: "RS256", kid: "rs" })}.${bytes.toString("base64url")}`;
      return `${signed}.${signature("RS256", rs.key, signed).toString("base64url")}`;
    })(),
  },
  {
    name: "letters that only look like base64url",
    headers: { authorization: `Bearer ${head}.${payload}.\u00e4\u00f6` },
  },
  { name: "more than 8 KiB", token: signToken(rs, { ...claims, fill: "x".repeat(8_000) }), detail: "longer than" },
  {
    name: "two Authorization fields",
    headers: { authorization: [`Bearer ${good}`, `Bearer ${good}`] },
    status: 400,
    code: "GW0505",
  },
  {
    name: "a good and a bad Authorization field",
    headers: { authorization: [`Bearer ${good}`, "Basic YTpi"] },
    status: 400,
    code: "GW0505",
  },
  { name: "header and query", headers: bearer(good), path: `/?access_token=${good}`, status: 400, code: "GW0505" },
  { name: "twice in the query", path: `/?access_token=${good}&a=1&access_token=x`, status: 400, code: "GW0505" },
  {
    name: "twice in the query, once encoded",
    path: `/?access_token=${good}&%61ccess_token=x`,
    status: 400,
    code: "GW0505",
  },
  { name: "twice as a cookie", headers: { cookie: `token=${good}; token=x` }, status: 400, code: "GW0505" },
  { name: "bad in the query", path: "/?access_token=x" },
  { name: "bad as a cookie", headers: { cookie: "a=b; token=x" } },
  { name: "two tokens behind one scheme", headers: { authorization: `Bearer ${good}, Bearer ${good}` } },
  { name: "no token at all", headers: {}, code: "GW0502" },
  { name: "a good token behind another scheme", headers: { authorization: `Basic ${good}` }, code: "GW0502" },
  { name: "a good token without a scheme", headers: { authorization: good }, code: "GW0502" },
  { name: "a good token in a field that is not asked for", headers: { "x-token": good }, code: "GW0502" },
];

let gateway: Gateway;
let endpoint: Server;
let stolen: Server;
const reached: string[] = [];
const fetched: string[] = [];
let folder: string;

const listen = (server: Server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const portOf = (server: Server) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gatewayctl-"));
  const keys = [rs, es, es384, ed, hs, ps, makeKey("ES256", "es-2")].map(({ jwk }) => jwk);
  writeFileSync(join(folder, "keys.json"), JSON.stringify({ keys }));
  endpoint = createServer((request, response) => {
    reached.push(request.url ?? "");
    response.end("ok");
  });
  stolen = createServer((request, response) => {
    fetched.push(request.url ?? "");
    response.end(JSON.stringify({ keys: [attackerEc.jwk] }));
  });
  await Promise.all([listen(endpoint), listen(stolen)]);
  const jwt = {
    issuer: ISSUER,
    audience: "shop",
    jwks: "keys.json",
    algorithms: ["RS256", "PS256", "ES256", "EdDSA", "HS256"],
    from: ["header:authorization", "query:access_token", "cookie:token"],
  };
  const routes = [{ match: "/", service: "app", policies: { authenticate: [{ jwt }] } }];
  const config = configOf({ services: { app: [`http://127.0.0.1:${portOf(endpoint)}`] }, routes });
  gateway = createGateway(config, { baseDirectory: folder });
  await gateway.start();
});

afterAll(async () => {
  await gateway.stop();
  endpoint.close();
  stolen.close();
  rmSync(folder, { recursive: true });
});

describe.each(WIRES)("a wrong token over %s", (wire) => {
  const port = () => gateway.bound[0]?.port ?? 0;
  /** Node's HTTP/2 client refuses to send a field twice that may only be there once. */
  const sendable = ({ headers = {} }: Wrong) => wire === "HTTP/1.1" || !Array.isArray(headers["authorization"]);

  it("is unlike a right one", async () => {
    for (const key of [rs, ps, es, ed, hs]) {
      const before = reached.length;
      const reply = await ask(wire, port(), { headers: bearer(signToken(key, { ...claims, aud: ["x", "shop"] })) });
      expect([reply.status, reached.length - before]).toEqual([200, 1]);
    }
  });

  it.each(WRONG.filter(sendable))(
    "is refused: $name",
    async ({ token, headers, path = "/", status = 401, code = "GW0503", detail }) => {
      const before = reached.length;
      const text = token?.replaceAll("ATTACKER", `http://127.0.0.1:${portOf(stolen)}`);
      const reply = await ask(wire, port(), { path, headers: headers ?? (text === undefined ? {} : bearer(text)) });
      const problem = JSON.parse(reply.text);
      expect([reply.status, problem.code]).toEqual([status, code]);
      if (detail !== undefined) expect(problem.detail).toContain(detail);
      const challenge = String(reply.headers["www-authenticate"]);
      expect(challenge).toMatch(/^Bearer realm="gatewayctl"/);
      const error = { GW0502: undefined, GW0503: "invalid_token", GW0505: "invalid_request" }[code];
      expect(/error="(\w+)"/.exec(challenge)?.[1]).toBe(error);
      expect(reached.length).toBe(before);
      expect(fetched).toEqual([]);
    },
  );

  it("is no longer right when its time has passed, though it was", async () => {
    const brief = signToken(rs, { ...claims, exp: Math.floor(Date.now() / 1000) - 59 });
    const statusOf = async () => (await ask(wire, port(), { headers: bearer(brief) })).status;
    expect(await statusOf()).toBe(200);
    await expect.poll(statusOf, { interval: 50 }).toBe(401);
  });
});
