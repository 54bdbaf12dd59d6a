import { describe, expect, it } from "vitest";
import { CALLBACK, encode, login, pkce, readPage, request, runIdp } from "./support.ts";

const { verifier, challenge } = pkce();
const GOOD = request(challenge);

describe("the login page", () => {
  it("lists the config's consumers, one button each, and keeps what was asked", async () => {
    const idp = await runIdp();
    const answer = await idp.get(`/idp/authorize?${encode(GOOD)}`);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain("customer");
    expect(answer.text).toContain("admin, auditor");
    const { fields, people } = readPage(answer);
    expect(people).toEqual(["alice", "ops"]);
    expect(fields).toEqual({ ...GOOD, csrf: expect.stringMatching(/^[\w-]{43}$/) as string });
  });

  it("offers a developer where the config has no consumers", async () => {
    const idp = await runIdp({ people: [] });
    expect(readPage(await idp.get(`/idp/authorize?${encode(GOOD)}`)).people).toEqual(["developer"]);
  });

  it("can be asked for by a form as well", async () => {
    const idp = await runIdp();
    const answer = await idp.post("/idp/authorize", GOOD);
    expect([answer.status, readPage(answer).people]).toEqual([200, ["alice", "ops"]]);
  });

  it("is nobody's frame, runs no script, and posts to itself and the client alone", async () => {
    const idp = await runIdp();
    const { headers } = await idp.get(`/idp/authorize?${encode(GOOD)}`);
    const policy = String(headers["content-security-policy"]).split("; ");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).toContain("form-action 'self' http://localhost:8080 http://localhost:* https://localhost:*");
    expect(headers).toMatchObject({
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "referrer-policy": "same-origin",
    });
    expect(String(headers["set-cookie"])).toMatch(/; Path=\/idp; HttpOnly; SameSite=Lax$/);
  });

  it("shows what others have written as text", async () => {
    const people = [{ name: '<script>"x"</script>', roles: ["<b>"] }];
    const idp = await runIdp({ people });
    const asked = request(challenge, { client_id: '"><img src=x>', scope: "<i>" });
    const answer = await idp.get(`/idp/authorize?${encode(asked)}`);
    expect(answer.text).not.toMatch(/<script|<img|<b>|<i>/);
    const { fields, people: shown } = readPage(answer);
    expect([fields["client_id"], fields["scope"], shown]).toEqual(['"><img src=x>', "<i>", [people[0]?.name]]);
    expect((await login(idp, asked, people[0]?.name)).code).not.toBe("");
  });
});

describe("a login", () => {
  it("is one click, and leads back with a code, the state and the issuer's name", async () => {
    const idp = await runIdp();
    const { location, code } = await login(idp, GOOD);
    expect(location.origin + location.pathname).toBe(CALLBACK);
    expect(code).toMatch(/^[\w-]{43}$/);
    expect(location.searchParams.get("state")).toBe(GOOD["state"]);
    expect(location.searchParams.get("iss")).toBe("http://localhost:9900/idp");
  });

  it("keeps a query that the client's address has", async () => {
    const idp = await runIdp();
    const { location } = await login(
      idp,
      request(challenge, { redirect_uri: `${CALLBACK}?tenant=a`, state: undefined }),
    );
    expect([...location.searchParams.keys()]).toEqual(["tenant", "code", "iss"]);
  });

  it("works in two tabs of one browser", async () => {
    const idp = await runIdp();
    const first = readPage(await idp.get(`/idp/authorize?${encode(GOOD)}`));
    const second = await idp.get(`/idp/authorize?${encode(request(challenge, { state: "2" }))}`, {
      cookie: first.cookie,
    });
    expect(readPage(second).cookie).toBe(first.cookie);
    for (const { fields } of [first, readPage(second)]) {
      const answer = await idp.post("/idp/login", { ...fields, consumer: "ops" }, { cookie: first.cookie });
      expect(answer.status).toBe(303);
    }
  });

  const attacks: [
    string,
    (own: { origin: string; cookie: string }) => Record<string, string>,
    Record<string, string>,
  ][] = [
    ["without the cookie of the page", ({ origin }) => ({ origin }), {}],
    [
      "with another browser's cookie",
      ({ origin }) => ({ origin, cookie: `gatewayctl_idp_login=${"A".repeat(43)}` }),
      {},
    ],
    ["with two cookies", ({ origin, cookie }) => ({ origin, cookie: `${cookie}; ${cookie}` }), {}],
    ["without the form's token", (own) => own, { csrf: "" }],
    ["with another token", (own) => own, { csrf: "A".repeat(43) }],
    ["for another client than was shown", (own) => own, { client_id: "other" }],
    ["for another address than was shown", (own) => own, { redirect_uri: "http://localhost:8080/other" }],
    ["for other scopes than were shown", (own) => own, { scope: "openid admin" }],
    ["for another state than was shown", (own) => own, { state: "theirs" }],
    ["from a page of another origin", ({ cookie }) => ({ cookie, origin: "http://evil.example" }), {}],
    ["from a page of the gateway", ({ cookie }) => ({ cookie, origin: "http://localhost:8080" }), {}],
    ["from a page without an origin", ({ cookie }) => ({ cookie, origin: "null" }), {}],
  ];
  it.each(attacks)("is refused %s", async (_what, headers, changes) => {
    const idp = await runIdp();
    const { fields, cookie } = readPage(await idp.get(`/idp/authorize?${encode(GOOD)}`));
    const own = { origin: `http://127.0.0.1:${idp.port}`, cookie };
    const answer = await idp.post("/idp/login", { ...fields, consumer: "alice", ...changes }, headers(own));
    expect(answer.status).toBe(403);
    expect(answer.headers).not.toHaveProperty("location");
    expect((await idp.post("/idp/login", { ...fields, consumer: "alice" }, own)).status).toBe(303);
  });

  it("is refused for a consumer that the config does not have, and as JSON", async () => {
    const idp = await runIdp();
    const { fields, cookie } = readPage(await idp.get(`/idp/authorize?${encode(GOOD)}`));
    expect((await idp.post("/idp/login", { ...fields, consumer: "root" }, { cookie })).status).toBe(400);
    const json = { cookie, "content-type": "application/json" };
    expect((await idp.post("/idp/login", { ...fields, consumer: "alice" }, json)).status).toBe(415);
  });
});

describe("an authorization request", () => {
  it.each([
    ["has no client", { client_id: undefined }],
    ["has two clients", { client_id: ["web", "other"] }],
    ["has no address to go back to", { redirect_uri: undefined }],
    ["has two", { redirect_uri: [CALLBACK, "http://evil.example/"] }],
    ["goes to another host", { redirect_uri: "http://evil.example:8080/callback" }],
    ["goes to another port", { redirect_uri: "http://localhost:8081/callback" }],
    ["goes to the admin API", { redirect_uri: "http://localhost:9900/idp/authorize" }],
  ])("that %s is answered to the user alone", async (_what, changes) => {
    const idp = await runIdp();
    const answer = await idp.get(`/idp/authorize?${encode(request(challenge, changes))}`);
    expect(answer.status).toBe(400);
    expect(answer.headers).not.toHaveProperty("location");
    expect(answer.headers["content-type"]).toContain("text/html");
  });

  it.each([
    ["another response type", { response_type: "token" }, "unsupported_response_type"],
    ["no response type", { response_type: undefined }, "unsupported_response_type"],
    ["another response mode", { response_mode: "fragment" }, "invalid_request"],
    ["no PKCE", { code_challenge: undefined, code_challenge_method: undefined }, "invalid_request"],
    ["PKCE by plain", { code_challenge_method: "plain" }, "invalid_request"],
    ["PKCE without a method, which is plain", { code_challenge_method: undefined }, "invalid_request"],
    ["a challenge that is no SHA-256", { code_challenge: "abc" }, "invalid_request"],
    ["a parameter twice", { nonce: ["a", "b"] }, "invalid_request"],
    ["a scope that cannot be one", { scope: 'a"b' }, "invalid_scope"],
    ["a nonce that no form passes on", { nonce: "a\nb" }, "invalid_request"],
    ["an endless audience", { audience: "a".repeat(1_001) }, "invalid_target"],
    ["a request object", { request: "eyJ" }, "request_not_supported"],
    ["the address of one", { request_uri: "http://evil.example/" }, "request_uri_not_supported"],
    ["no wish to see the page", { prompt: "none" }, "login_required"],
  ])("with %s goes back to the client", async (_what, changes, error) => {
    const idp = await runIdp();
    const answer = await idp.get(`/idp/authorize?${encode(request(challenge, changes))}`);
    expect(answer.status).toBe(303);
    const location = new URL(String(answer.headers["location"]));
    expect(location.origin + location.pathname).toBe(CALLBACK);
    expect(location.searchParams.get("error")).toBe(error);
    expect(location.searchParams.get("state")).toBe(GOOD["state"]);
    expect(location.searchParams.has("code")).toBe(false);
  });
});

describe("the whole flow", () => {
  it("gives tokens for the code, to who has the verifier", async () => {
    const idp = await runIdp();
    const { code } = await login(idp, GOOD, "ops");
    const form = { grant_type: "authorization_code", code, redirect_uri: CALLBACK, client_id: "web" };
    const { status, json, headers } = await idp.post("/idp/token", { ...form, code_verifier: verifier });
    expect(status).toBe(200);
    expect(headers["cache-control"]).toBe("no-store");
    expect(json).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "openid orders:read" });
    const again = await idp.post("/idp/token", { ...form, code_verifier: verifier });
    expect([again.status, again.json["error"]]).toEqual([400, "invalid_grant"]);
  });

  it("logs out to an address of the gateway, and to no other", async () => {
    const idp = await runIdp();
    const there = encodeURIComponent("http://localhost:8080/bye");
    const back = await idp.get(`/idp/logout?post_logout_redirect_uri=${there}&state=7`);
    expect([back.status, back.headers["location"]]).toEqual([303, "http://localhost:8080/bye?state=7"]);
    const away = await idp.get(`/idp/logout?post_logout_redirect_uri=${encodeURIComponent("http://evil.example/")}`);
    expect([away.status, away.headers["location"]]).toEqual([400, undefined]);
    expect((await idp.post("/idp/logout", {})).text).toContain("Logged out");
  });
});
