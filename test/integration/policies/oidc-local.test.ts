import { describe, expect, it } from "vitest";
import { startUp } from "../../cli/up/running-up.ts";
import { encode, readPage } from "../../admin/identity/support.ts";
import { ask as askIdp } from "../../admin/running-admin.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { Browser, locationOf, setCookies, targetOf } from "./oidc-browser.ts";

const config = (endpoint: string): string => `version: 1
listeners: [{ http: 0 }]
consumers: [{ name: alice, roles: [customer] }]
services: { app: ["${endpoint}"] }
routes:
  - match: /app
    service: app
    policies: { authenticate: [{ oidc: { issuer: local, clientId: gw } }], authorize: { roles: [customer] } }
`;

/** Goes from the page to the login, clicks on alice there, and comes back with a session. */
async function logInAsAlice(browser: Browser): Promise<void> {
  const login = locationOf(await browser.open("/app"));
  const idpPort = Number(login.port);
  const shown = readPage(await askIdp(idpPort, targetOf(login)));
  const chosen = await askIdp(idpPort, "/idp/login", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", cookie: shown.cookie },
    body: encode({ ...shown.fields, consumer: "alice" }),
  });
  await browser.open(targetOf(new URL(String(chosen.headers["location"]))));
}

describe("oidc with issuer: local", () => {
  it("keeps sessions when the gateway is started anew, and has none of another user's", {
    timeout: 30_000,
  }, async () => {
    const endpoint = await startEndpoint();
    const cwd = tempDir({ "gateway.config.yaml": config(endpoint.url) });
    const env = { XDG_STATE_HOME: tempDir() };
    const first = await startUp([], { cwd, env });
    const browser = new Browser("HTTP/1.1", Number(new URL(first.url).port));
    await logInAsAlice(browser);
    const cookie = `gw_session=${browser.cookies.get("gw_session")}`;
    first.interrupt();
    expect(await first.done).toBe(0);
    const open = async (surroundings: { env: Record<string, string> }): Promise<number> => {
      const up = await startUp([], { cwd, ...surroundings });
      return (await new Browser("HTTP/1.1", Number(new URL(up.url).port)).open("/app", { cookie })).status;
    };
    expect(await open({ env })).toBe(200);
    expect(await open({ env: { XDG_STATE_HOME: tempDir() } })).toBe(302);
  });

  it("leads a browser to the login, and back to the page that it asked for, over plain HTTP requests", async () => {
    const endpoint = await startEndpoint();
    const up = await startUp([], { files: { "gateway.config.yaml": config(endpoint.url) } });
    const port = Number(new URL(up.url).port);
    const browser = new Browser("HTTP/1.1", port);

    const sent = await browser.open("/app/cart?item=1&item=%2F");
    expect([sent.status, sent.headers["cache-control"]]).toEqual([302, "no-store"]);
    const login = locationOf(sent);
    expect(login.pathname).toBe("/idp/authorize");
    expect(login.searchParams.get("redirect_uri")).toBe(`http://localhost:${port}/.gatewayctl/oidc/callback`);
    expect(endpoint.requests).toHaveLength(0);

    const idpPort = Number(login.port);
    const shown = readPage(await askIdp(idpPort, targetOf(login)));
    expect(shown.people).toEqual(["alice"]);
    const chosen = await askIdp(idpPort, "/idp/login", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", cookie: shown.cookie },
      body: encode({ ...shown.fields, consumer: "alice" }),
    });
    const callback = new URL(String(chosen.headers["location"]));
    expect(callback.origin).toBe(`http://localhost:${port}`);

    const back = await browser.open(targetOf(callback));
    expect([back.status, back.headers["location"]]).toEqual([303, "/app/cart?item=1&item=%2F"]);
    expect(browser.names).toEqual(["gw_session"]);
    expect(setCookies(back).filter((field) => field.startsWith("gw_session="))).toEqual([
      expect.stringMatching(/^gw_session=[\w-]+; Path=\/; Max-Age=3[56]\d\d; HttpOnly; SameSite=Lax$/),
    ]);

    for (let i = 0; i < 2; i++) {
      const page = await browser.open("/app/cart?item=1&item=%2F", {
        cookie: `a=1; gw_session=${browser.cookies.get("gw_session")}`,
      });
      expect([page.status, page.text]).toEqual([200, "ok"]);
    }
    const { headers } = endpoint.requests[0] as { headers: Record<string, string> };
    expect(headers["cookie"]).toBe("a=1");
    expect([headers["x-consumer-name"], headers["x-consumer-roles"]]).toEqual(["alice", "customer"]);

    const out = await browser.open("/.gatewayctl/oidc/logout", { "sec-fetch-site": "same-origin" });
    expect(out.status).toBe(303);
    expect(browser.names).toEqual([]);
    const end = locationOf(out);
    const ended = await askIdp(Number(end.port), targetOf(end));
    expect([ended.status, ended.headers["location"]]).toEqual([303, `http://localhost:${port}/`]);
    expect((await browser.open("/app/cart")).status).toBe(302);
  });
});
