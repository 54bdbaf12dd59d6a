import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { logCertificates } from "../../../src/cli/up/certificate-lines.ts";
import { createEventLog } from "../../../src/telemetry/event-log.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { send } from "../../integration/tls/secure-gateway.ts";
import { startUp } from "./running-up.ts";

describe("what becomes of certificates", () => {
  function events(level: "info" | "debug") {
    const lines: string[] = [];
    const made: string[] = [];
    const wallClock = { now: () => 0 };
    const log = createEventLog({ level, redact: [], wallClock, write: (line) => lines.push(line) });
    const tell = logCertificates(log, (file) => made.push(file));
    return { tell, made, lines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
  }

  it("is logged: taken up as information, not taken up as an error", () => {
    const { tell, lines } = events("info");
    tell({ type: "reloaded", files: ["/x/s.pem", "/x/s.key"] });
    tell({ type: "reload-failed", files: ["/x/s.pem"], reason: "s.pem has no certificate" });
    tell({ type: "handshake-failed", peer: "127.0.0.1", reason: "no" });
    expect(lines()).toMatchObject([
      { level: "info", msg: "certificates taken up: s.pem, s.key" },
      { level: "error", msg: "the certificates before stay in use: s.pem has no certificate" },
    ]);
  });

  it("is a detail where a client's handshake failed", () => {
    const { tell, lines } = events("debug");
    tell({ type: "handshake-failed", peer: "127.0.0.1", reason: "no" });
    expect(lines()).toMatchObject([{ level: "debug", peer: "127.0.0.1", msg: "TLS handshake failed: no" }]);
  });

  it("is not for the log where a CA was made: the overview says so", () => {
    const { tell, made, lines } = events("debug");
    tell({ type: "authority-made", file: "/x/ca.pem" });
    expect([made, lines()]).toEqual([["/x/ca.pem"], []]);
  });
});

describe("up with https", () => {
  const files = (url: string) => ({
    "gateway.config.yaml": `version: 1
listeners: [{ http: 0, redirect: https }, { https: 0 }]
admin: false
services:
  users: ["${url}"]
routes:
  - { match: /users, service: users }
`,
  });

  it("shows the https URL, and points at `cert` the first time only", async () => {
    const endpoint = await startEndpoint();
    const env = { XDG_STATE_HOME: tempDir() };
    const first = await startUp([], { files: files(endpoint.url), env });
    const [http = "", https = ""] = first.urls;
    expect(https).toMatch(/^https:\/\/localhost:\d+$/);
    expect(first.stderr()).toContain(`http :${new URL(http).port} to https`);
    expect(first.stderr()).toContain(`https :${new URL(https).port}`);
    expect(first.stderr()).toMatch(/made a local CA for https; (npx )?gatewayctl cert says how to trust it/);
    const ca = readFileSync(join(env.XDG_STATE_HOME, "gatewayctl", "local-ca", "ca.pem"), "utf8");
    expect((await send(Number(new URL(https).port), { ca, path: "/users" })).body.toString()).toBe("ok");
    const redirected = await fetch(`${http}/users`, { redirect: "manual" });
    expect([redirected.status, redirected.headers.get("location")]).toEqual([308, `${https}/users`]);
    const statuses = (): unknown[] => first.lines().flatMap(({ path, status }) => (path === "/users" ? [status] : []));
    await until(() => statuses().length === 2);
    expect(statuses()).toEqual([200, 308]);

    const second = await startUp([], { files: files(endpoint.url), env });
    expect(second.stderr()).not.toContain("local CA");
  });

  it("keeps the redirect where --port names another port", async () => {
    const endpoint = await startEndpoint();
    const up = await startUp(["--port", "0"], { files: files(endpoint.url) });
    expect((await fetch(`${up.url}/users`, { redirect: "manual" })).status).toBe(308);
  });
});
