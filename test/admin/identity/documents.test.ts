import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { GatewayError } from "../../../src/shared/errors/gateway-error.ts";
import { readAdminToken } from "../../../src/admin/admin-token.ts";
import { anIssuer } from "../../identity/support.ts";
import { ask, runAdmin } from "../running-admin.ts";
import { runIdp } from "./support.ts";

const FORM = { grant_type: "client_credentials", client_id: "worker", audience: "shop" };

describe("the issuer's metadata", () => {
  it("has the issuer's name, and its pages where the client has reached them", async () => {
    const idp = await runIdp();
    const { status, json } = await idp.get("/idp/.well-known/openid-configuration");
    expect(status).toBe(200);
    const base = `http://127.0.0.1:${idp.port}/idp`;
    expect(json).toMatchObject({
      issuer: "http://localhost:9900/idp",
      authorization_endpoint: `${base}/authorize`,
      token_endpoint: `${base}/token`,
      userinfo_endpoint: `${base}/userinfo`,
      end_session_endpoint: `${base}/logout`,
      jwks_uri: `${base}/jwks.json`,
      code_challenge_methods_supported: ["S256"],
    });
    const local = await idp.get("/idp/.well-known/openid-configuration", { host: `localhost:${idp.port}` });
    expect(local.json["jwks_uri"]).toBe(`http://localhost:${idp.port}/idp/jwks.json`);
  });

  it("names endpoints that are there", async () => {
    const idp = await runIdp();
    const { json } = await idp.get("/idp/.well-known/openid-configuration");
    for (const [name, url] of Object.entries(json)) {
      if (!name.endsWith("_endpoint")) continue;
      const method = name === "token_endpoint" ? "POST" : "GET";
      expect((await idp.ask(new URL(String(url)).pathname, { method })).status, name).not.toBe(404);
    }
  });
});

describe("the issuer's keys", () => {
  it("verify its tokens, as another implementation sees them, and hold nothing secret", async () => {
    const idp = await runIdp();
    const { json: keys, text } = await idp.get("/idp/jwks.json");
    const { json } = await idp.post("/idp/token", FORM);
    const rules = { issuer: "http://localhost:9900/idp", audience: "shop" };
    const set = createLocalJWKSet(keys as unknown as JSONWebKeySet);
    const { payload } = await jwtVerify(String(json["access_token"]), set, rules);
    expect(payload.sub).toBe("worker");
    expect((keys as unknown as JSONWebKeySet).keys.map(({ alg }) => alg)).toEqual(["ES256", "RS256", "EdDSA"]);
    expect(text).not.toMatch(/"(?:d|p|q|dp|dq|qi|k)":/);
  });

  it("are asked for only when they are needed, once, and again where they could not be had", async () => {
    const { issuer } = await anIssuer();
    let opened = 0;
    const open = async () => {
      opened++;
      if (opened === 1) throw new GatewayError("GW0021", "keys.json cannot be used.");
      return issuer;
    };
    const idp = await runIdp({ open });
    await idp.get("/idp/.well-known/openid-configuration");
    expect(opened).toBe(0);
    const failed = await idp.get("/idp/jwks.json");
    expect([failed.status, failed.json["error_description"]]).toEqual([500, "GW0021: keys.json cannot be used."]);
    expect((await idp.get("/idp/jwks.json")).status).toBe(200);
    expect((await idp.get("/idp/jwks.json")).status).toBe(200);
    expect(opened).toBe(2);
  });
});

describe("userinfo", () => {
  it("says who an access token is of, by GET and POST", async () => {
    const idp = await runIdp();
    const { json } = await idp.post("/idp/token", { ...FORM, client_id: "ops", scope: "openid" });
    const authorization = `Bearer ${String(json["access_token"])}`;
    const wanted = { sub: "ops", name: "ops", preferred_username: "ops", roles: ["admin", "auditor"] };
    expect((await idp.get("/idp/userinfo", { authorization })).json).toEqual(wanted);
    expect((await idp.ask("/idp/userinfo", { method: "POST", headers: { authorization } })).json).toEqual(wanted);
    idp.pass(3_700_000);
    const late = await idp.get("/idp/userinfo", { authorization });
    expect([late.status, late.headers["www-authenticate"]]).toEqual([
      401,
      'Bearer realm="userinfo", error="invalid_token"',
    ]);
  });

  it("needs a token, of this issuer, for openid", async () => {
    const idp = await runIdp();
    const none = await idp.get("/idp/userinfo");
    expect([none.status, none.headers["www-authenticate"]]).toEqual([401, 'Bearer realm="userinfo"']);
    expect((await idp.get("/idp/userinfo", { authorization: "Bearer x.y.z" })).status).toBe(401);
    for (const scope of [undefined, "orders:read openid2"]) {
      const { json } = await idp.post("/idp/token", { ...FORM, scope });
      const plain = await idp.get("/idp/userinfo", { authorization: `Bearer ${String(json["access_token"])}` });
      expect(plain.status).toBe(403);
      expect(plain.headers["www-authenticate"]).toContain('error="insufficient_scope", scope="openid"');
    }
  });
});

describe("the guards of the admin API", () => {
  it("hold for the issuer: no other Host gets anything of it", async () => {
    const idp = await runIdp();
    for (const path of ["/idp/.well-known/openid-configuration", "/idp/jwks.json", "/idp/authorize", "/idp/userinfo"]) {
      expect((await idp.get(path, { host: "evil.example" })).status, path).toBe(421);
    }
    expect((await idp.post("/idp/token", FORM, { host: `evil.example:${idp.port}` })).status).toBe(421);
  });

  it("still want token and JSON of every other call, forms least of all", async () => {
    const running = await runAdmin();
    const path = "/api/services/users/endpoints/x/drain";
    const authorization = `Bearer ${readAdminToken(running.stateDirectory)}`;
    const headers = { authorization, "content-type": "application/x-www-form-urlencoded" };
    const { status } = await ask(running.admin.port, path, { method: "POST", headers, body: "a=b" });
    expect(status).toBe(415);
    expect((await ask(running.admin.port, "/idp/jwks.json")).status).toBe(404);
  });

  it("take no body of 16 KiB and more", async () => {
    const idp = await runIdp();
    expect((await idp.post("/idp/token", { ...FORM, scope: "a".repeat(17_000) })).status).toBe(413);
  });
});
