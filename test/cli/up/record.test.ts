import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../../src/cli/main.ts";
import { createFakeContext } from "../../helpers/context.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { tempDir, writeFiles } from "../../helpers/temp-dir.ts";
import { beginUp, startUp } from "./running-up.ts";

const linesOf = (path: string): Record<string, unknown>[] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

async function config(extra: Record<string, unknown> = {}): Promise<string> {
  const endpoints = await Promise.all([startEndpoint(), startEndpoint()]);
  return JSON.stringify({
    version: 1,
    listeners: [{ http: 0 }],
    admin: false,
    services: {
      app: {
        endpoints: endpoints.map(({ url }) => url),
        algorithm: { name: "consistent-hash", key: "header:x-api-key" },
      },
      gone: { endpoints: ["http://127.0.0.1:1"], retry: { attempts: 0 } },
    },
    routes: [
      { match: "/app", service: "app" },
      { match: "/gone", service: "gone" },
      { match: "/here", respond: { status: 200 } },
    ],
    ...extra,
  });
}

describe("up with a traffic record", () => {
  it("records what goes to services, and bench --replay reads it", async () => {
    const cwd = tempDir({ "gateway.config.json": await config() });
    const up = await startUp(["--record", "traffic.ndjson"], { cwd });
    expect(up.stderr()).toContain(`recording timings and decisions in ${join(cwd, "traffic.ndjson")}`);
    for (let i = 0; i < 60; i++) {
      await fetch(`${up.url}/app/${i}`, { headers: { "x-api-key": `client-${i % 20}` } });
    }
    await fetch(`${up.url}/gone/1`);
    await fetch(`${up.url}/here`);
    await fetch(`${up.url}/nowhere`);
    up.interrupt();
    expect(await up.done).toBe(0);

    const [, settings, ...exchanges] = linesOf(join(cwd, "traffic.ndjson"));
    expect(settings).toMatchObject({ services: { app: { algorithm: { name: "consistent-hash" } } } });
    expect(exchanges).toHaveLength(61);
    expect(new Set(exchanges.slice(0, 60).map(({ key }) => key)).size).toBe(20);
    expect(exchanges[0]).toMatchObject({ service: "app", path: "/app/0", status: 200, inFlight: 0, attempts: 1 });
    expect(exchanges[60]).toMatchObject({ service: "gone", status: 502, code: "GW0301" });
    for (const { at, wait, head, took, total } of exchanges as Record<string, number>[]) {
      expect(at).toBeGreaterThanOrEqual(0);
      expect(took).toBeGreaterThanOrEqual(head ?? 0);
      expect(total).toBeGreaterThanOrEqual((wait ?? 0) + (took ?? 0) - 2);
    }

    const replay = createFakeContext({ cwd });
    expect(await main(["bench", "--replay", "traffic.ndjson", "--service", "app", "--json"], replay.ctx)).toBe(0);
    const report = JSON.parse(replay.stdout()) as { fit: object; requests: number; results: unknown[] };
    expect(report).toMatchObject({ mode: "replay", requests: 60, fit: { algorithm: "consistent-hash" } });
    expect(report.results).toHaveLength(14);
  }, 30_000);

  it("holds no credential, cookie, query, body or client address", async () => {
    const cwd = tempDir({ "gateway.config.json": await config() });
    const up = await startUp(["--record", "traffic.ndjson"], { cwd });
    const secret = "s3cr3t-value";
    const headers = {
      authorization: `Bearer ${secret}`,
      cookie: `session=${secret}`,
      "x-api-key": secret,
      "x-request-id": secret,
      "user-agent": secret,
    };
    await fetch(`${up.url}/app/1?token=${secret}`, { method: "POST", headers, body: `password=${secret}` });
    up.interrupt();
    await up.done;
    const path = join(cwd, "traffic.ndjson");
    const text = readFileSync(path, "utf8");
    expect(linesOf(path).at(-1)).toMatchObject({ method: "POST", path: "/app/1", key: expect.any(String) });
    for (const hidden of [secret, "Bearer", "token=", "password", "::1", '"127.0.0.1"'])
      expect(text).not.toContain(hidden);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("takes the config's file relative to the config, the flag's relative to here, and the flag first", async () => {
    const cwd = tempDir();
    writeFiles(cwd, { "conf/gateway.config.json": await config({ telemetry: { record: "./traffic.ndjson" } }) });
    for (const argv of [[], ["--record", "mine.ndjson"]]) {
      const up = await startUp(["--config", "conf/gateway.config.json", ...argv], { cwd });
      await fetch(`${up.url}/app`);
      up.interrupt();
      await up.done;
    }
    expect(linesOf(join(cwd, "conf/traffic.ndjson"))).toHaveLength(3);
    expect(linesOf(join(cwd, "mine.ndjson"))).toHaveLength(3);
  });

  it("starts nothing, and leaves the file alone, where it holds something else: GW0023", async () => {
    const cwd = tempDir({ "gateway.config.json": await config(), "notes.txt": "mine\n" });
    const { fake, done } = beginUp(["--record", "notes.txt"], { cwd });
    expect(await done).toBe(1);
    expect(fake.stderr()).toContain("GW0023");
    expect(readFileSync(join(cwd, "notes.txt"), "utf8")).toBe("mine\n");
    const demo = beginUp(["--demo", "--port", "0", "--record", "notes.txt"], { cwd });
    expect(await demo.done).toBe(1);
  });
});
