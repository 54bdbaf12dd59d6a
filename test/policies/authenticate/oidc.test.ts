import { describe, expect, it } from "vitest";
import {
  isFromHere,
  isNavigation,
  originOf,
  returnLocation,
  returnPathOf,
} from "../../../src/policies/authenticate/oidc/browser.ts";
import { NO_SESSION, Sessions } from "../../../src/policies/authenticate/oidc/sessions.ts";
import { SealedBox } from "../../../src/policies/authenticate/oidc/sealed-box.ts";
import { authenticate } from "../../../src/policies/authenticate/policy.ts";
import { policyDeps, policyExchange } from "../support.ts";

const HTML = ["accept", "text/html,application/xhtml+xml"] as const;

function policy(methods: readonly Record<string, unknown>[]) {
  return authenticate.create(authenticate.schema.parse(methods), policyDeps());
}

describe("a sealed box", () => {
  const secret = Buffer.alloc(32, 1);
  const box = new SealedBox(secret, ["session", "gw"]);

  it("opens what it has sealed, and seals nothing twice in the same way", () => {
    const value = { until: 1, claims: { name: "ö" } };
    const [one, two] = [box.seal(value), box.seal(value)];
    expect(one).not.toBe(two);
    expect([box.open(one), box.open(two)]).toEqual([value, value]);
  });

  it("opens nothing of another secret, of another purpose, or with any bit changed", () => {
    const sealed = box.seal({ a: 1 });
    expect(new SealedBox(Buffer.alloc(32, 2), ["session", "gw"]).open(sealed)).toBeUndefined();
    for (const purpose of [["login", "gw"], ["session", "gw2"], ["sessiongw"], ["session"]]) {
      expect(new SealedBox(secret, purpose).open(sealed)).toBeUndefined();
    }
    const bytes = Buffer.from(sealed, "base64url");
    for (let i = 0; i < bytes.length * 8; i++) {
      const changed = Buffer.from(bytes);
      changed[i >> 3] = (changed[i >> 3] as number) ^ (1 << (i & 7));
      expect(box.open(changed.toString("base64url"))).toBeUndefined();
    }
    for (const text of ["", "A", `${sealed}=`, ` ${sealed}`, sealed.slice(0, -1), sealed.slice(0, 38)]) {
      expect(box.open(text)).toBeUndefined();
    }
  });
});

describe("sessions", () => {
  const principal = (subject: string) => ({
    id: subject,
    consumer: undefined,
    roles: ["customer"],
    scopes: ["a"],
    claims: { sub: subject, exp: 300, nonce: "n" },
    method: "jwt",
  });
  const asking = (field: string | undefined) =>
    policyExchange({ headers: [["cookie", field?.split(";")[0] ?? ""]] }).request;

  function sessions(secret = 1) {
    const time = { now: 0 };
    const box = new SealedBox(Buffer.alloc(32, secret), ["session"]);
    const consumerOf = (subject: string) => (subject === "alice" ? subject : undefined);
    return { time, all: new Sessions(box, "s", { now: () => time.now }, consumerOf) };
  }

  it("end at their time, also those that were read just before", () => {
    const { time, all } = sessions();
    const request = asking(all.begin(principal("u-1"), true));
    const read = all.read(request);
    expect(read).toMatchObject({ kind: "proof", principal: { id: "u-1", method: "oidc", claims: { sub: "u-1" } } });
    expect(all.read(request)).toBe(read);
    time.now = 299_999;
    expect(all.read(request)).toBe(read);
    time.now = 300_000;
    expect(all.read(request)).toBe(NO_SESSION);
  });

  it("are told apart, however many there are", () => {
    const { all } = sessions();
    const requests = Array.from({ length: 1_100 }, (_, i) => asking(all.begin(principal(`u-${i}`), false)));
    for (let round = 0; round < 2; round++) {
      for (const [i, request] of requests.entries()) {
        expect(all.read(request)).toMatchObject({ principal: { id: `u-${i}` } });
      }
    }
    expect(sessions(2).all.read(requests[0] ?? asking(""))).toBe(NO_SESSION);
  });

  it("know a consumer by the subject's name where the issuer may say so, and last a minute at least", () => {
    const { all } = sessions();
    const alice = all.begin({ ...principal("alice"), claims: { sub: "alice", exp: 0 } }, false);
    expect(alice).toMatch(/^s=[\w-]+; Path=\/; Max-Age=60; HttpOnly; SameSite=Lax$/);
    expect(all.read(asking(alice))).toMatchObject({ principal: { consumer: "alice" } });
  });
});

describe("what a browser asks for", () => {
  it.each([
    [{ method: "GET", headers: [HTML] }, true],
    [{ method: "HEAD", headers: [HTML] }, true],
    [{ method: "POST", headers: [HTML] }, false],
    [{ method: "GET", headers: [] }, false],
    [{ method: "GET", headers: [["accept", "*/*"]] }, false],
    [{ method: "GET", headers: [HTML, ["sec-fetch-mode", "navigate"]] }, true],
    [{ method: "GET", headers: [HTML, ["sec-fetch-mode", "cors"]] }, false],
    [{ method: "GET", headers: [HTML, ["sec-fetch-mode", "websocket"]] }, false],
  ] as const)("%o is a page: %s", (options, expected) => {
    expect(isNavigation(policyExchange(options).request)).toBe(expected);
  });

  it.each([
    [{ host: "a.test", headers: [["host", "A.test:8080"]] }, "http://a.test:8080"],
    [{ host: "a.test", headers: [["host", "a.test"]], scheme: "https" }, "https://a.test"],
    [{ host: "a.test", headers: [["host", "a.test.:8443"]], scheme: "https" }, "https://a.test:8443"],
    [{ host: "a.test", headers: [["host", "a.test:443"]], scheme: "https" }, "https://a.test"],
    [{ host: "a.test", headers: [["host", "a.test:80"]] }, "http://a.test"],
    [{ host: "[::1]", headers: [["host", "[::1]:8080"]] }, "http://[::1]:8080"],
    // The target's absolute form is meant, not Host.
    [{ host: "a.test", headers: [["host", "b.test:8080"]] }, "http://a.test"],
    [{ host: "", headers: [] }, undefined],
  ] as const)("%o is of the origin %s", (options, origin) => {
    expect(originOf(policyExchange(options).request)).toBe(origin);
  });

  it("comes back by path and query, without the query where that is too long for a cookie", () => {
    const back = (path: string, query: string) => returnPathOf(policyExchange({ path, query }).request);
    expect(back("/a", "")).toBe("/a");
    expect(back("/a", "b=1&c=%2F")).toBe("/a?b=1&c=%2F");
    expect(back("/a", "b".repeat(512))).toBe("/a");
    expect(back(`/${"a".repeat(512)}`, "")).toBe("/");
  });

  it("never leaves the origin by a return path", () => {
    const origin = "http://a.test:8080";
    for (const path of ["/", "/x?y=//z", "//evil.test", "/\\evil.test", "///evil.test", "https://evil.test", "evil"]) {
      expect(new URL(returnLocation(origin, path), `${origin}/.gatewayctl/oidc/callback`).origin).toBe(origin);
    }
  });

  it.each([
    [[["sec-fetch-site", "same-origin"]], true],
    [[["sec-fetch-site", "none"]], true],
    [[["sec-fetch-site", "same-site"]], false],
    [
      [
        ["sec-fetch-site", "cross-site"],
        ["referer", "http://a.test/"],
      ],
      false,
    ],
    [[["origin", "http://a.test"]], true],
    [
      [
        ["origin", "null"],
        ["referer", "http://a.test/"],
      ],
      false,
    ],
    [[["referer", "http://a.test/page"]], true],
    [[["referer", "http://a.test.evil.test/"]], false],
    [[], false],
  ] as const)("%j is from here: %s", (headers, expected) => {
    expect(isFromHere(policyExchange({ headers }).request, "http://a.test")).toBe(expected);
  });
});

describe("oidc in `authenticate`", () => {
  const OIDC = { oidc: { issuer: "https://login.test", clientId: "gw" } };

  it("explains where a browser is sent, and asks nobody for it", () => {
    const asked = policy([OIDC]).explain(policyExchange({ headers: [HTML] }));
    expect(asked).toMatchObject({ verdict: "respond", reason: "oidc: a browser is sent to the provider to log in" });
    expect(asked.answer).toMatchObject({ status: 302 });
    expect(policy([OIDC]).explain(policyExchange())).toMatchObject({ verdict: "reject", answer: { code: "GW0502" } });
    const anonymous = policy([OIDC, { anonymous: true }]);
    expect(anonymous.explain(policyExchange({ headers: [HTML] })).verdict).toBe("pass");
    const other = policyExchange({ headers: [HTML, ["authorization", "Basic YTpi"]] });
    expect(policy([OIDC, { jwt: { issuer: "https://login.test" } }]).explain(other).verdict).toBe("reject");
  });

  it("has paths of its own only where it is a method", () => {
    expect(policy([OIDC]).onReserved).toBeDefined();
    expect(policy([{ apiKey: {} }]).onReserved).toBeUndefined();
  });

  it("says that the development issuer is not there, where it is not", async () => {
    const local = policy([{ oidc: { issuer: "local", clientId: "gw" } }]);
    expect(await local.onRequest?.(policyExchange({ headers: [HTML, ["host", "a.test"]] }))).toMatchObject({
      code: "GW0508",
    });
  });

  it.each([
    [{ issuer: "http://login.test" }, "must be https"],
    [{ cookie: "a b" }, "must be a cookie's name"],
    [{ cookie: "a=b" }, "must be a cookie's name"],
    [{ cookie: "" }, "must be a cookie's name"],
  ])("takes no %o", (changes, message) => {
    const { error } = authenticate.schema.safeParse([{ oidc: { ...OIDC.oidc, ...changes } }]);
    expect(JSON.stringify(error?.issues)).toContain(message);
  });
});
