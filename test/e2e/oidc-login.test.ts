import { describe, expect, it } from "vitest";
import { startUp } from "../cli/up/running-up.ts";
import { startEndpoint } from "../helpers/endpoints.ts";
import { hasChromium, openTab } from "./chromium.ts";

const PAGE = `<!doctype html><title>cart</title><h1>Your cart</h1>
<a id="out" href="/.gatewayctl/oidc/logout">Log out</a>`;

const isNeeded = process.env["REQUIRE_PEERS"] === "1";

describe.skipIf(!isNeeded && !hasChromium())("a browser login against the built-in issuer", () => {
  it("is redirected, logs in, is back at the page, and logs out", { timeout: 60_000 }, async () => {
    const endpoint = await startEndpoint((request, response) => {
      if (request.url === "/") return response.end("<!doctype html><title>home</title>");
      response.setHeader("content-type", "text/html");
      return response.end(PAGE + `<p id="who">${request.headers["x-consumer-name"]}</p>`);
    });
    const up = await startUp([], {
      files: {
        "gateway.config.yaml": `version: 1
listeners: [{ http: 0 }]
consumers: [{ name: alice, roles: [customer] }, { name: bob, roles: [] }]
services: { app: ["${endpoint.url}"] }
routes:
  - match: /shop
    service: app
    policies: { authenticate: [{ oidc: { issuer: local, clientId: gw } }] }
  - { match: /, service: app }
`,
      },
    });
    const tab = await openTab();
    await tab.goTo(`${up.url}/shop/cart?item=1#top`);
    await tab.until(`location.pathname === "/idp/authorize" && document.readyState === "complete"`);
    expect(endpoint.requests.some(({ url }) => url?.startsWith("/shop"))).toBe(false);
    await tab.evaluate(`document.querySelector('button[value="alice"]').click()`);
    await tab.until(`document.title === "cart" && document.readyState === "complete"`);
    expect(await tab.evaluate("location.origin + location.pathname + location.search")).toBe(
      `${up.url}/shop/cart?item=1`,
    );
    expect(await tab.evaluate(`document.getElementById("who").innerText`)).toBe("alice");
    // HttpOnly: no script sees the session. Of the login under way nothing is left.
    expect(await tab.evaluate("document.cookie")).toBe("");

    await tab.goTo(`${up.url}/shop/again`);
    await tab.until(`location.pathname === "/shop/again" && document.readyState === "complete"`);
    await tab.evaluate(`document.getElementById("out").click()`);
    await tab.until(`location.pathname === "/" && location.origin === ${JSON.stringify(up.url)}`);
    await tab.goTo(`${up.url}/shop/cart`);
    await tab.until(`location.pathname === "/idp/authorize"`);
  });
});
