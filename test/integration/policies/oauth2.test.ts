import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { ask, WIRES } from "../../helpers/wires.ts";
import { makeKey, signToken } from "../../policies/authenticate/tokens.ts";
import { eventually } from "../../helpers/eventually.ts";

const SECRET = "s3cret:with/odd chars";
const KEY = makeKey("ES256");
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const seconds = (): number => Date.now() / 1000;

/** What an authorization server answers for a token: JSON, or whatever the function does. */
type Answers = Readonly<Record<string, object | ((response: ServerResponse) => void)>>;

/** An authorization server; it knows no other tokens. */
async function startIssuer(answers: Answers) {
  const forms: { fields: URLSearchParams; headers: IncomingMessage["headers"]; method: string | undefined }[] = [];
  const server = await startEndpoint((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    request.on("end", () => {
      const fields = new URLSearchParams(text);
      forms.push({ fields, headers: request.headers, method: request.method });
      const answer = answers[fields.get("token") ?? ""] ?? { active: false };
      if (typeof answer === "function") return answer(response);
      response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
    });
  });
  return { ...server, forms };
}

const oauth2Of = (url: string, options: object = {}) => ({
  oauth2: { introspection: `${url}/introspect`, clientId: "gw:1", clientSecret: SECRET, ...options },
});

/** A gateway whose one route authenticates by these methods. */
async function startAuthenticating(methods: readonly object[], options: Parameters<typeof startGateway>[1] = {}) {
  const endpoint = await startEndpoint();
  const baseDirectory = tempDir({ "keys.json": JSON.stringify({ keys: [KEY.jwk] }) });
  const config = {
    services: { app: [endpoint.url] },
    routes: [{ match: "/", service: "app", policies: { authenticate: methods } }],
  };
  return { endpoint, ...(await startGateway(config, { baseDirectory, ...options })) };
}

describe.each(WIRES)("oauth2 over %s", (wire) => {
  it("asks the issuer as itself, lets an active token in, and tells the endpoint who it is", async () => {
    const answer = { active: true, sub: "alice", scope: "read write", roles: ["admin"], exp: seconds() + 60 };
    const issuer = await startIssuer({ "opaque-1": answer });
    const { port, endpoint } = await startAuthenticating([oauth2Of(issuer.url)]);
    const forged = { "x-consumer-id": "root", "x-consumer-roles": "root" };
    expect((await ask(wire, port, { headers: { ...bearer("opaque-1"), ...forged } })).status).toBe(200);

    const [form] = issuer.forms;
    expect(form?.method).toBe("POST");
    expect([...(form?.fields ?? [])]).toEqual([
      ["token", "opaque-1"],
      ["token_type_hint", "access_token"],
    ]);
    // RFC 6749 section 2.3.1: each form-encoded, then joined by a colon.
    const basic = Buffer.from("gw%3A1:s3cret%3Awith%2Fodd+chars").toString("base64");
    expect(form?.headers.authorization).toBe(`Basic ${basic}`);

    const { headers } = endpoint.requests[0] as IncomingMessage;
    expect(headers.authorization).toBeUndefined();
    expect([headers["x-consumer-id"], headers["x-consumer-roles"]]).toEqual(["alice", "admin"]);
    const claims = JSON.parse(Buffer.from(String(headers["x-consumer-claims"]), "base64url").toString());
    expect(claims).toEqual(answer);
  });

  it.each([
    ["not active", { active: false }, "The token is not active."],
    ["active, but past its exp", { active: true, exp: 1_000 }, "The token has expired."],
    ["active, but long before its nbf", { active: true, nbf: 1e11 }, "The token is not valid yet."],
  ])("refuses a token that is %s", async (_, answer, detail) => {
    const issuer = await startIssuer({ t: answer });
    const { port, endpoint } = await startAuthenticating([oauth2Of(issuer.url)]);
    const { status, headers, text } = await ask(wire, port, { headers: bearer("t") });
    expect(status).toBe(401);
    expect(JSON.parse(text)).toMatchObject({ code: "GW0503", detail });
    expect(headers["www-authenticate"]).toMatch(/^Bearer realm="gatewayctl", error="invalid_token"/);
    expect(endpoint.requests).toHaveLength(0);
  });

  it("asks nobody about a request without a token, or with what no token can be", async () => {
    const issuer = await startIssuer({});
    const { port } = await startAuthenticating([oauth2Of(issuer.url)]);
    const codes: unknown[] = [];
    for (const headers of [
      {},
      bearer("a b"),
      { authorization: "Bearer" },
      bearer("x".repeat(8_193)),
      { authorization: "Basic YTpi" },
    ]) {
      const { status, text } = await ask(wire, port, { headers });
      codes.push([status, JSON.parse(text).code]);
    }
    const refused = [401, "GW0503"];
    expect(codes).toEqual([[401, "GW0502"], refused, refused, refused, [401, "GW0502"]]);
    expect(issuer.forms).toHaveLength(0);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ["an error", (response) => response.writeHead(500).end("boom")],
    ["a refusal of the gateway itself", (response) => response.writeHead(401).end('{"active":true}')],
    ["a redirect", (response) => response.writeHead(307, { location: "/introspect" }).end()],
    ["no JSON", (response) => response.end("<html>")],
    ["no object", (response) => response.end("[true]")],
    ["no active", (response) => response.end('{"sub":"alice"}')],
    ["active as a text", (response) => response.end('{"active":"true"}')],
    ["active twice", (response) => response.end('{"active":false,"active":true}')],
    ["an exp that is no number", (response) => response.end('{"active":true,"exp":"99999999999"}')],
    ["more than 64 KiB", (response) => response.end(`{"active":true,"pad":"${"x".repeat(64 * 1024)}"}`)],
    [
      "a body that breaks off",
      (response) =>
        response.writeHead(200, { "content-length": "99" }).write('{"active":true', () => response.destroy()),
    ],
    ["nothing", (response) => response.destroy()],
  ])("answers 503, and remembers nothing, where the issuer says %s", async (_, answer) => {
    const issuer = await startIssuer({ "opaque-1": answer });
    const { port, endpoint, finished } = await startAuthenticating([oauth2Of(issuer.url)]);
    for (let i = 0; i < 2; i++) {
      const { status, headers, text } = await ask(wire, port, { headers: bearer("opaque-1") });
      expect([status, JSON.parse(text).code, headers["retry-after"]]).toEqual([503, "GW0508", "1"]);
      for (const secret of [SECRET, "opaque-1", issuer.url, "introspect"]) expect(text).not.toContain(secret);
    }
    expect(issuer.forms.length).toBe(2);
    expect(endpoint.requests).toHaveLength(0);
    expect(JSON.stringify(finished)).not.toContain("opaque-1");
  });

  it("answers 503 where the issuer is down, and lets in again as soon as it is there", async () => {
    const issuer = await startIssuer({ t: { active: true, sub: "alice" } });
    const { port } = await startAuthenticating([oauth2Of(issuer.url)]);
    await issuer.kill();
    expect((await ask(wire, port, { headers: bearer("t") })).status).toBe(503);
    await startEndpoint((_, response) => response.end('{"active":true}'), "127.0.0.1", issuer.port);
    expect((await ask(wire, port, { headers: bearer("t") })).status).toBe(200);
  });

  it("answers 503 where the issuer is silent for 5 s", async () => {
    let heard = (): void => {};
    const asked = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const issuer = await startIssuer({ t: () => heard() });
    const { port } = await startAuthenticating([oauth2Of(issuer.url)]);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      let over = false;
      const reply = ask(wire, port, { headers: bearer("t") }).finally(() => {
        over = true;
      });
      await asked;
      await vi.advanceTimersByTimeAsync(4_999);
      expect(over).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect((await reply).status).toBe(503);
    } finally {
      vi.useRealTimers();
    }
  });

  it("asks once for a hundred requests of one token at once, and once more for another token", async () => {
    const held: ServerResponse[] = [];
    const issuer = await startIssuer({ t: (response) => void held.push(response), u: { active: true } });
    const { port, gateway } = await startAuthenticating([oauth2Of(issuer.url)]);
    const replies = Array.from({ length: 100 }, () => ask(wire, port, { headers: bearer("t") }));
    await eventually(() => expect(gateway.requestsInFlight).toBe(100));
    expect((await ask(wire, port, { headers: bearer("u") })).status).toBe(200);
    for (const response of held) response.end('{"active":true}');
    expect(new Set((await Promise.all(replies)).map(({ status }) => status))).toEqual(new Set([200]));
    expect(issuer.forms.map(({ fields }) => fields.get("token"))).toEqual(["t", "u"]);
  });

  it("remembers an answer for as long as `cache` says, and never beyond the token's exp", async () => {
    const time = { now: 1_000_000 };
    const wallTime = { now: 1_700_000_000_000 };
    const clocks = { clock: { now: () => time.now }, wallClock: { now: () => wallTime.now } };
    const issuer = await startIssuer({
      long: { active: true },
      short: { active: true, exp: 1_700_000_010 },
      gone: { active: false },
    });
    const { port } = await startAuthenticating([oauth2Of(issuer.url, { cache: "30s" })], clocks);
    const askAt = async (token: string, ms: number): Promise<[status: number, asked: number]> => {
      time.now = 1_000_000 + ms;
      wallTime.now = 1_700_000_000_000 + ms;
      const { status } = await ask(wire, port, { headers: bearer(token) });
      return [status, issuer.forms.filter(({ fields }) => fields.get("token") === token).length];
    };
    expect(await askAt("long", 0)).toEqual([200, 1]);
    expect(await askAt("short", 0)).toEqual([200, 1]);
    expect(await askAt("gone", 0)).toEqual([401, 1]);
    expect(await askAt("gone", 4_999)).toEqual([401, 1]);
    expect(await askAt("gone", 5_000)).toEqual([401, 2]);
    expect(await askAt("short", 9_999)).toEqual([200, 1]);
    expect(await askAt("short", 10_000)).toEqual([401, 2]);
    expect(await askAt("long", 29_999)).toEqual([200, 1]);
    expect(await askAt("long", 30_000)).toEqual([200, 2]);
  });

  it.each(["before", "after"])("takes what a jwt %s it does not, and the other way round", async (place) => {
    const issuer = await startIssuer({ opaque: { active: true, sub: "opal" } });
    const jwt = { jwt: { issuer: "https://issuer.test", jwks: "./keys.json", algorithms: ["ES256"] } };
    const methods = place === "before" ? [jwt, oauth2Of(issuer.url)] : [oauth2Of(issuer.url), jwt];
    const { port, endpoint } = await startAuthenticating(methods);
    const token = signToken(KEY, { iss: "https://issuer.test", sub: "alice", exp: seconds() + 60 });
    expect((await ask(wire, port, { headers: bearer("opaque") })).status).toBe(200);
    expect((await ask(wire, port, { headers: bearer(token) })).status).toBe(200);
    expect((await ask(wire, port, { headers: bearer("neither") })).status).toBe(401);
    expect(endpoint.requests.map(({ headers }) => headers["x-consumer-id"])).toEqual(["opal", "alice"]);
  });
});

describe("oauth2, when clients go", () => {
  it("goes on for those who still wait, and gives up when the last one has gone", async () => {
    const held: ServerResponse[] = [];
    const issuer = await startIssuer({ t: (response) => void held.push(response) });
    const { port, gateway } = await startAuthenticating([oauth2Of(issuer.url)]);
    const clients = [1, 2].map(() =>
      connect(port, "127.0.0.1").end("GET / HTTP/1.1\r\nhost: a.test\r\nauthorization: Bearer t\r\n\r\n"),
    );
    await eventually(() => expect([held.length, gateway.requestsInFlight]).toEqual([1, 2]));
    const [asking] = held as [ServerResponse];
    clients[0]?.resetAndDestroy();
    await eventually(() => expect(gateway.requestsInFlight).toBe(1));
    expect(asking.destroyed).toBe(false);
    clients[1]?.resetAndDestroy();
    await eventually(() => expect(asking.closed).toBe(true));
    const reply = ask("HTTP/1.1", port, { headers: bearer("t") });
    await eventually(() => expect(held).toHaveLength(2));
    held[1]?.end('{"active":true}');
    expect((await reply).status).toBe(200);
  });
});
