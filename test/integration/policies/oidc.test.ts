import { describe, expect, it } from "vitest";
import type { GatewayOptions } from "../../../src/gateway/gateway.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { configSecret } from "../../../src/processes/secret-file.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { ask, type Wire, WIRES } from "../../helpers/wires.ts";
import { makeKey } from "../../policies/authenticate/tokens.ts";
import { Browser, locationOf, setCookies, targetOf } from "./oidc-browser.ts";
import { startProvider, type TestProvider } from "./oidc-provider.ts";

const CALLBACK = "/.gatewayctl/oidc/callback";
const LOGOUT = "/.gatewayctl/oidc/logout";

interface Started {
  readonly provider: TestProvider;
  readonly browser: Browser;
  readonly port: number;
  /** What the endpoint was sent. */
  readonly requests: readonly { readonly url?: string | undefined; readonly headers: Record<string, unknown> }[];
}

interface Setup {
  readonly oidc?: Record<string, unknown>;
  readonly others?: readonly Record<string, unknown>[];
  readonly raw?: Record<string, unknown>;
  readonly gateway?: GatewayOptions;
  readonly provider?: TestProvider;
}

/** A gateway with a login on /app, a provider, and a browser that has been nowhere yet. */
async function start(
  wire: Wire,
  { oidc = {}, others = [], raw = {}, gateway, provider: given }: Setup = {},
): Promise<Started> {
  const provider = given ?? (await startProvider());
  const endpoint = await startEndpoint();
  const authenticate = [{ oidc: { issuer: provider.issuer, clientId: "gw", ...oidc } }, ...others];
  const config = {
    services: { app: [endpoint.url] },
    routes: [
      { match: "/app", service: "app", policies: { authenticate } },
      { match: "/", service: "app" },
    ],
    ...raw,
  };
  const { port } = await startGateway(config, gateway);
  return { provider, port, requests: endpoint.requests, browser: new Browser(wire, port) };
}

/** Asks for a page without a session: where the browser is sent. */
async function sentOff(browser: Browser, path = "/app"): Promise<URL> {
  const reply = await browser.open(path);
  expect(reply.status).toBe(302);
  return locationOf(reply);
}

async function logIn({ browser, provider }: Started, path = "/app", claims: Record<string, unknown> = {}) {
  return browser.open(targetOf(provider.logIn(await sentOff(browser, path), claims)));
}

const codeOf = (text: string): string | undefined => /GW\d{4}/.exec(text)?.[0];

describe.each(WIRES)("oidc over %s", (wire) => {
  it("asks the provider by code, S256, state and nonce, each new for each login", async () => {
    const { browser, provider, port } = await start(wire, { oidc: { scopes: ["profile"] } });
    const [one, two] = [await sentOff(browser), await sentOff(browser)];
    expect(`${one.origin}${one.pathname}`).toBe(`${provider.issuer}/authorize`);
    expect(Object.fromEntries(one.searchParams)).toEqual({
      tenant: "1",
      response_type: "code",
      client_id: "gw",
      redirect_uri: `http://localhost:${port}${CALLBACK}`,
      scope: "openid profile",
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(two.searchParams.get(name)).not.toBe(one.searchParams.get(name));
    }
    expect(provider.asked.get("/.well-known/openid-configuration")).toBe(1);
  });

  it("takes the user back to the page, with a session that the endpoint is told of and never sees", async () => {
    const all = await start(wire);
    const { browser, requests } = all;
    const back = await logIn(all, "/app/a%2Fb?x=1&y=%26", { nickname: "ö" });
    expect([back.status, back.headers["location"]]).toEqual([303, "/app/a%2Fb?x=1&y=%26"]);
    expect(browser.names).toEqual(["gw_session"]);
    expect(browser.cookies.get("gw_session")).not.toContain(Buffer.from("u-1").toString("base64url"));
    expect((await browser.open("/app/a%2Fb?x=1&y=%26")).status).toBe(200);
    const headers = requests.at(-1)?.headers ?? {};
    expect([headers["cookie"], headers["x-consumer-id"], headers["x-consumer-roles"]]).toEqual([
      undefined,
      "u-1",
      "customer",
    ]);
    const claims = JSON.parse(Buffer.from(String(headers["x-consumer-claims"]), "base64url").toString());
    expect(claims).toMatchObject({ sub: "u-1", nickname: "ö" });
    expect(claims).not.toHaveProperty("nonce");
  });

  it("sends only browsers that ask for a page to the login; others get a 401", async () => {
    const { browser, requests } = await start(wire);
    const answers = [
      await browser.open("/app", { accept: "application/json" }),
      await browser.open("/app", { "sec-fetch-mode": "cors" }),
      await browser.open("/app", {}, "POST"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(answers[0]?.headers["www-authenticate"]).toBe('Session realm="gatewayctl"');
    expect((await browser.open("/app", { "sec-fetch-mode": "navigate" })).status).toBe(302);
    expect((await browser.open("/app", {}, "HEAD")).status).toBe(302);
    expect(requests).toHaveLength(0);
  });

  it("logs two tabs in at once", async () => {
    const { browser, provider } = await start(wire);
    let [one, two] = [await sentOff(browser, "/app/1"), await sentOff(browser, "/app/2")];
    // One login in eight takes the cookie of the one before.
    while (browser.names.length < 2) [one, two] = [two, await sentOff(browser, "/app/2")];
    const pages = [one, two].map((url) => targetOf(provider.logIn(url)));
    const replies = [await browser.open(pages[0] ?? ""), await browser.open(pages[1] ?? "")];
    expect(replies.map(({ status }) => status)).toEqual([303, 303]);
  });

  it("proves the client by its secret where it has one", async () => {
    const all = await start(wire, { oidc: { clientSecret: "s p:ä" } });
    expect((await logIn(all)).status).toBe(303);
    // Form-encoded before it is Basic (RFC 6749 section 2.3.1).
    expect(Buffer.from(all.provider.authorization()?.slice(6) ?? "", "base64").toString()).toBe("gw:s+p%3A%C3%A4");
  });

  it("names redirect_uri and sets Secure cookies as the browser sees the gateway behind a trusted proxy", async () => {
    const { browser } = await start(wire, { raw: { trustedProxies: ["127.0.0.0/8"] } });
    const behind = { "x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.7" };
    const reply = await browser.open("/app", behind);
    expect(locationOf(reply).searchParams.get("redirect_uri")).toMatch(/^https:\/\/localhost:\d+\/\.gatewayctl/);
    expect(setCookies(reply)).toEqual([
      expect.stringMatching(
        /^gw_session_login\d=[\w-]+; Path=\/\.gatewayctl\/oidc\/callback; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
      ),
    ]);
    const forged = await (await start(wire)).browser.open("/app", behind);
    expect(locationOf(forged).searchParams.get("redirect_uri")).toMatch(/^http:/);
  });

  it("refuses an answer whose state is another one, and one that comes without the login's cookie", async () => {
    const { browser, provider, port, requests } = await start(wire);
    const back = provider.logIn(await sentOff(browser));
    const thief = new Browser(wire, port);
    const stolen = await thief.open(targetOf(back));
    expect([stolen.status, codeOf(stolen.text), thief.names]).toEqual([400, "GW0510", []]);
    // With a login of its own, but not this one: login CSRF.
    await sentOff(thief);
    expect((await thief.open(targetOf(back))).status).toBe(400);
    // Cookies of logins have eight names: of 60 states one or another is looked for in this login's.
    const others = Array.from({ length: 60 }, (_, i) => `${back.searchParams.get("state")}${i}`);
    for (const state of ["", ...others, undefined]) {
      const other = new URL(back);
      if (state === undefined) other.searchParams.delete("state");
      else other.searchParams.set("state", state);
      expect([state, (await browser.open(targetOf(other))).status]).toEqual([state, 400]);
    }
    expect((await browser.open(`${targetOf(back)}&state=x`)).status).toBe(400);
    expect(requests).toHaveLength(0);
    expect(provider.asked.get("/token")).toBeUndefined();
    // None of that has used the login up.
    expect((await browser.open(targetOf(back))).status).toBe(303);
  });

  it("refuses an answer that was used before, even with the login's cookie kept", async () => {
    const { browser, provider } = await start(wire);
    const back = provider.logIn(await sentOff(browser));
    const kept = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    expect((await browser.open(targetOf(back))).status).toBe(303);
    const again = await browser.open(targetOf(back), { cookie: kept });
    expect([again.status, codeOf(again.text)]).toEqual([400, "GW0510"]);
    expect(setCookies(again).some((field) => field.startsWith("gw_session="))).toBe(false);
    browser.cookies.clear();
    expect((await browser.open(targetOf(back))).status).toBe(400);
  });

  const now = Math.floor(Date.now() / 1000);
  it.each([
    ["another nonce", { nonce: "other" }],
    ["no nonce", { nonce: undefined }],
    ["another audience", { aud: "other" }],
    ["another issuer", { iss: "https://other.test" }],
    ["several audiences and no azp", { aud: ["gw", "other"] }],
    ["another azp", { azp: "other" }],
    ["no subject", { sub: undefined }],
    ["no iat", { iat: undefined }],
    ["an exp that is past", { exp: now - 120 }],
    ["claims that no cookie holds", { groups: "x".repeat(4000) }],
  ])("refuses an ID token with %s", async (_what, claims) => {
    const all = await start(wire);
    const reply = await logIn(all, "/app", claims);
    expect([reply.status, codeOf(reply.text), all.browser.names]).toEqual([400, "GW0510", []]);
  });

  it("refuses an ID token that another key has signed, and what the provider itself refuses", async () => {
    const all = await start(wire);
    const { provider, browser } = all;
    provider.changes.key = { ...makeKey("ES256"), kid: "key-ES256" };
    expect((await logIn(all)).status).toBe(400);
    delete provider.changes.key;
    const back = provider.logIn(await sentOff(browser));
    back.searchParams.delete("code");
    back.searchParams.set("error", "access_denied");
    const reply = await browser.open(targetOf(back));
    expect([reply.status, browser.names]).toEqual([400, []]);
    expect(reply.text).toContain("access_denied");
    const mixed = provider.logIn(await sentOff(browser));
    mixed.searchParams.set("iss", "https://other.test");
    expect((await browser.open(targetOf(mixed))).status).toBe(400);
  });

  it.each(["//evil.test/x", "//evil.test", "/%2F/evil.test", "/x?next=https://evil.test"])(
    "comes back to its own origin alone: %s",
    async (path) => {
      const provider = await startProvider();
      const login = { authenticate: [{ oidc: { issuer: provider.issuer, clientId: "gw" } }] };
      const raw = { routes: [{ match: "/", service: "app", policies: login }] };
      const all = await start(wire, { provider, raw });
      const first = await all.browser.open(path);
      const back = await all.browser.open(targetOf(provider.logIn(locationOf(first))));
      expect(back.status).toBe(303);
      const location = new URL(
        String(back.headers["location"]),
        `http://localhost:${all.port}/.gatewayctl/oidc/callback`,
      );
      expect(location.host).toBe(`localhost:${all.port}`);
    },
  );

  it("takes no cookie that was changed, made elsewhere, or meant for something else", async () => {
    const all = await start(wire);
    const { browser, requests } = all;
    await logIn(all);
    const session = browser.cookies.get("gw_session") ?? "";
    await sentOff(new Browser(wire, all.port));
    const elsewhere = await start(wire, { provider: all.provider });
    await logIn(elsewhere);
    const loginCookie = await ask(wire, all.port, { path: "/app", headers: { accept: "text/html" } });
    const pending = /=([\w-]+);/.exec(setCookies(loginCookie)[0] ?? "")?.[1] ?? "";
    const at = (i: number): string => session.slice(0, i) + (session[i] === "A" ? "B" : "A") + session.slice(i + 1);
    const forged = [at(0), at(30), at(session.length - 2), session.slice(0, -4), `${session}AAAA`, "", "x", pending];
    for (const value of [...forged, elsewhere.browser.cookies.get("gw_session") ?? ""]) {
      const cookie = `gw_session=${value}`;
      const api = await ask(wire, all.port, { path: "/app", headers: { cookie, accept: "application/json" } });
      const page = await ask(wire, all.port, { path: "/app", headers: { cookie, accept: "text/html" } });
      expect([value, api.status, page.status]).toEqual([value, 401, 302]);
    }
    const twice = await ask(wire, all.port, {
      path: "/app",
      headers: { cookie: `gw_session=${session}; gw_session=x` },
    });
    expect(twice.status).toBe(400);
    expect(requests).toHaveLength(0);
    expect((await browser.open("/app")).status).toBe(200);
  });

  it("ends a session with the ID token, after 8 hours at most, and a login after 10 minutes", async () => {
    let later = 0;
    const wallClock = { now: () => Date.now() + later };
    const all = await start(wire, { gateway: { wallClock } });
    const { browser, provider } = all;
    const late = provider.logIn(await sentOff(browser));
    later = 10 * 60_000;
    expect((await browser.open(targetOf(late))).status).toBe(400);
    later = 0;
    await logIn(all);
    expect((await browser.open("/app")).status).toBe(200);
    later = 600_000;
    expect((await browser.open("/app")).status).toBe(302);
    expect((await browser.open("/app", { accept: "*/*" })).status).toBe(401);
    later = 0;
    browser.cookies.clear();
    const week = await logIn(all, "/app", { exp: Math.floor(Date.now() / 1000) + 7 * 86_400 });
    expect(setCookies(week).join()).toMatch(/gw_session=[\w-]+; Path=\/; Max-Age=28800;/);
    later = 8 * 3_600_000;
    expect((await browser.open("/app")).status).toBe(302);
  });

  it("shares sessions and logins with processes that have the same secret, and with no others", async () => {
    const provider = await startProvider();
    const secret = Buffer.alloc(32, 7);
    const [one, two] = [
      await start(wire, { provider, gateway: { secret } }),
      await start(wire, { provider, gateway: { secret } }),
    ];
    await logIn(one);
    const cookie = `gw_session=${one.browser.cookies.get("gw_session")}`;
    expect((await two.browser.open("/app", { cookie })).status).toBe(200);
    const apart = await start(wire, { provider, gateway: { secret: Buffer.alloc(32, 8) } });
    expect((await apart.browser.open("/app", { cookie })).status).toBe(302);
    const client = await start(wire, { provider, gateway: { secret }, oidc: { clientId: "other" } });
    expect((await client.browser.open("/app", { cookie })).status).toBe(302);
  });

  it("keeps sessions over a restart, with the secret that the config's state folder has", async () => {
    const folder = tempDir();
    const before = await start(wire, { gateway: { secret: configSecret(folder) } });
    await logIn(before);
    const cookie = `gw_session=${before.browser.cookies.get("gw_session")}`;
    const { provider } = before;
    const after = await start(wire, { provider, gateway: { secret: configSecret(folder) } });
    expect((await after.browser.open("/app", { cookie })).status).toBe(200);
    const elsewhere = await start(wire, { provider, gateway: { secret: configSecret(tempDir()) } });
    expect((await elsewhere.browser.open("/app", { cookie })).status).toBe(302);
  });

  it("says 503 while the provider does not answer, and keeps sessions that there are", async () => {
    const all = await start(wire);
    const { browser, provider, port } = all;
    provider.changes.tokenStatus = 502;
    const failed = await logIn(all);
    expect([failed.status, codeOf(failed.text)]).toEqual([503, "GW0508"]);
    delete provider.changes.tokenStatus;
    await logIn(all);
    await provider.kill();
    expect((await browser.open("/app")).status).toBe(200);
    expect(await sentOff(new Browser(wire, port))).toBeInstanceOf(URL);
    const down = await start(wire, { provider });
    const reply = await down.browser.open("/app");
    expect([reply.status, codeOf(reply.text), reply.headers["retry-after"]]).toEqual([503, "GW0508", "1"]);
  });

  it("takes no metadata of another issuer, and no endpoint that is not https or here", async () => {
    for (const metadata of [{ issuer: "https://other.test" }, { token_endpoint: "http://other.test/token" }]) {
      const { browser, provider } = await start(wire);
      provider.changes.metadata = metadata;
      expect((await browser.open("/app")).status).toBe(503);
    }
  });

  it("lets other methods in beside it, and does not log in whom anonymous admits", async () => {
    const consumers = [{ name: "bob", apiKeys: [`sha256:${"0".repeat(64)}`] }];
    const key = await start(wire, { others: [{ apiKey: {} }], raw: { consumers } });
    expect((await key.browser.open("/app", { "x-api-key": "wrong" })).status).toBe(401);
    expect((await key.browser.open("/app")).status).toBe(302);
    const anonymous = await start(wire, { others: [{ anonymous: true }] });
    expect((await anonymous.browser.open("/app")).status).toBe(200);
  });

  it("logs out by a page of its own, and asks first where another site may be behind it", async () => {
    const all = await start(wire);
    const { browser, provider, port } = all;
    await logIn(all);
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.test" }, {}]) {
      const asked = await browser.open(LOGOUT, headers);
      expect([asked.status, setCookies(asked)]).toEqual([200, []]);
      expect(asked.text).toContain('method="post"');
    }
    const out = await browser.open(LOGOUT, { origin: `http://localhost:${port}` }, "POST");
    expect([out.status, browser.names]).toEqual([303, []]);
    const end = locationOf(out);
    expect(`${end.origin}${end.pathname}`).toBe(`${provider.issuer}/logout`);
    expect(Object.fromEntries(end.searchParams)).toEqual({
      client_id: "gw",
      post_logout_redirect_uri: `http://localhost:${port}/`,
    });
    expect((await browser.open(LOGOUT, { "sec-fetch-site": "none" })).status).toBe(400);
  });

  it("keeps its own paths from routes, and only where there is a login", async () => {
    const { browser, requests } = await start(wire);
    expect((await browser.open(`${CALLBACK}?code=secret&state=x`)).status).toBe(400);
    expect((await browser.open("/.gatewayctl/other")).status).toBe(400);
    expect(requests).toHaveLength(0);
    const none = await start(wire, { raw: { routes: [{ match: "/", service: "app" }] } });
    expect((await none.browser.open(CALLBACK)).status).toBe(200);
  });
});
