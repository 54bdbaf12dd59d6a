import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { ask, type Asked, runAdmin, type RunningAdmin } from "./running-admin.ts";

const ENDPOINT = encodeURIComponent("http://localhost:4001");
const DRAIN = `/api/services/users/endpoints/${ENDPOINT}/drain`;
const READS = ["/api", "/api/status", "/api/services", "/api/routes", "/metrics", "/healthz"];

function good({ token }: RunningAdmin): Record<string, string> {
  return { authorization: `Bearer ${token}`, "content-type": "application/json" };
}

/** Sends bytes as they are; answers what came back until the other side ended. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(text));
    let received = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      received += chunk;
    });
    socket.on("end", () => resolve(received)).on("error", reject);
  });
}

describe("the Host guard", () => {
  it.each(["localhost", "127.0.0.1", "[::1]"])("lets %s with the port in, without a token", async (name) => {
    const { admin } = await runAdmin();
    for (const path of READS) {
      const { status } = await ask(admin.port, path, { headers: { host: `${name}:${admin.port}` } });
      expect(status, path).toBe(200);
    }
  });

  it.each([
    ["a page that rebinds its name", "evil.example"],
    ["the same with the port", "evil.example:PORT"],
    ["a name that begins like ours", "localhost.evil.example:PORT"],
    ["another port", "localhost:1"],
    ["no port", "localhost"],
    ["another loopback address", "127.0.0.2:PORT"],
    ["all addresses", "0.0.0.0:PORT"],
    ["IPv6 without brackets", "::1:PORT"],
    ["a trailing dot", "localhost.:PORT"],
    ["user information", "a@localhost:PORT"],
    ["nothing", ""],
  ])("refuses %s with 421, on every page, and for calls too", async (_what, host) => {
    const running = await runAdmin();
    const { port } = running.admin;
    const headers = { host: host.replace("PORT", String(port)) };
    for (const path of [...READS, "/nowhere", "/%zz"]) {
      const { status, json } = await ask(port, path, { headers });
      expect([status, json["code"]], path).toEqual([421, "GW0601"]);
    }
    const call = await ask(port, DRAIN, { method: "POST", headers: { ...good(running), ...headers }, body: "{}" });
    expect(call.status).toBe(421);
    expect(running.source.calls).toEqual([]);
  });

  it("refuses two Hosts, none, and a target that names a host of its own", async () => {
    const { admin } = await runAdmin();
    const { port } = admin;
    const own = `localhost:${port}`;
    expect(await raw(port, `GET /api HTTP/1.1\r\nHost: ${own}\r\nHost: evil.example\r\n\r\n`)).toMatch(/^HTTP\/1.1 4/);
    expect(await raw(port, `GET /api HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1.1 421 /);
    expect(await raw(port, `GET http://evil.example/api HTTP/1.1\r\nHost: ${own}\r\n\r\n`)).toMatch(/^HTTP\/1.1 421 /);
  });
});

describe("the guards of calls that change state", () => {
  const cases: [string, number, string, (running: RunningAdmin) => Asked][] = [
    ["no token", 401, "GW0602", () => ({ headers: { "content-type": "application/json" } })],
    ["a wrong token", 401, "GW0602", (r) => ({ headers: { ...good(r), authorization: `Bearer ${"A".repeat(43)}` } })],
    [
      "the token's beginning",
      401,
      "GW0602",
      (r) => ({ headers: { ...good(r), authorization: `Bearer ${r.token.slice(0, 42)}` } }),
    ],
    ["an empty token", 401, "GW0602", (r) => ({ headers: { ...good(r), authorization: "Bearer " } })],
    ["another scheme", 401, "GW0602", (r) => ({ headers: { ...good(r), authorization: `Basic ${r.token}` } })],
    [
      "text/plain, which any page can send",
      415,
      "GW0603",
      (r) => ({ headers: { ...good(r), "content-type": "text/plain" } }),
    ],
    [
      "a form",
      415,
      "GW0603",
      (r) => ({ headers: { ...good(r), "content-type": "application/x-www-form-urlencoded" } }),
    ],
    [
      "JSON only in a parameter",
      415,
      "GW0603",
      (r) => ({ headers: { ...good(r), "content-type": "text/plain; application/json" } }),
    ],
    ["no content type", 415, "GW0603", (r) => ({ headers: { authorization: `Bearer ${r.token}` } })],
    ["a page of another origin", 403, "GW0607", (r) => ({ headers: { ...good(r), origin: "https://evil.example" } })],
    [
      "a page on another local port",
      403,
      "GW0607",
      (r) => ({ headers: { ...good(r), origin: "http://localhost:3000" } }),
    ],
    ["a page without an origin", 403, "GW0607", (r) => ({ headers: { ...good(r), origin: "null" } })],
  ];

  it.each(cases)("refuse %s with %i", async (_what, status, code, make) => {
    const running = await runAdmin();
    const answer = await ask(running.admin.port, DRAIN, { method: "POST", body: "{}", ...make(running) });
    expect([answer.status, answer.json["code"]]).toEqual([status, code]);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(running.source.calls).toEqual([]);
  });

  it("refuse a call without a body that names no type either", async () => {
    const running = await runAdmin();
    const headers = { authorization: `Bearer ${running.token}` };
    const answer = await ask(running.admin.port, DRAIN, { method: "POST", headers });
    expect([answer.status, answer.json["code"]]).toEqual([415, "GW0603"]);
    expect(running.source.calls).toEqual([]);
  });

  it("let the token in, also with a charset, and from the admin port's own pages", async () => {
    const running = await runAdmin();
    const { port } = running.admin;
    const headers = {
      ...good(running),
      "content-type": "application/json; charset=utf-8",
      origin: `http://localhost:${port}`,
    };
    expect((await ask(port, DRAIN, { method: "POST", headers, body: "{}" })).status).toBe(200);
    expect(running.source.calls).toEqual(["drain users http://localhost:4001"]);
  });

  it("say how to authenticate with a 401", async () => {
    const { admin } = await runAdmin();
    expect((await ask(admin.port, DRAIN, { method: "POST" })).headers["www-authenticate"]).toBe("Bearer");
  });

  it("do not change state on GET", async () => {
    const running = await runAdmin();
    expect((await ask(running.admin.port, DRAIN, { headers: good(running) })).status).toBe(404);
    expect(running.source.calls).toEqual([]);
  });
});

describe("every answer", () => {
  it("forbids sniffing, caching and framing, and never opens itself to another origin", async () => {
    const { admin } = await runAdmin();
    const origin = "http://localhost:3000";
    const preflight = { origin, "access-control-request-method": "POST" };
    const answers = await Promise.all([
      ...[...READS, "/nowhere"].map((path) => ask(admin.port, path, { headers: { origin } })),
      ask(admin.port, DRAIN, { method: "OPTIONS", headers: preflight }),
      ask(admin.port, DRAIN, { method: "POST" }),
      ask(admin.port, "/api", { headers: { host: "evil.example" } }),
    ]);
    for (const { headers } of answers) {
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["cache-control"]).toBe("no-store");
      expect(headers["x-frame-options"]).toBe("DENY");
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  });
});
