import { describe, expect, it, vi } from "vitest";
import type { Decision } from "../../../src/gateway/decide.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { runCli } from "../../helpers/context.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { startUp } from "../up/running-up.ts";

const CONFIG = (urls: readonly string[]): string => `version: 1
listeners: [{ http: 0 }]
services:
  users:
    endpoints: [${urls.join(", ")}, { url: http://127.0.0.1:9, backup: true }]
    outlier: { consecutiveErrors: 2, ejectFor: 60s }
    slowStart: 60s
    sticky: { cookie: gw_users }
routes:
  - { match: /, service: users }
`;

// `up` runs in this process, and starts as slowly as the machine is busy.
vi.setConfig({ testTimeout: 30_000 });

describe("route --live", () => {
  it("says what the running gateway would do, and why endpoints are passed over", async () => {
    let failing = false;
    const endpoints = await Promise.all([
      startEndpoint((_, response) => {
        response.statusCode = failing ? 500 : 200;
        response.end("0");
      }),
      startEndpoint((_, response) => void response.end("1")),
      startEndpoint((_, response) => void response.end("2")),
    ]);
    const urls = endpoints.map(({ url }) => url);
    const place = { cwd: tempDir({ "gateway.config.yaml": CONFIG(urls) }), env: { XDG_STATE_HOME: tempDir() } };
    const up = await startUp([], place);
    const cli = (...argv: string[]) => runCli(argv, place);
    const decide = async (...argv: string[]): Promise<Decision> =>
      JSON.parse((await cli("route", "GET", "/users/7", "--live", "--json", ...argv)).stdout) as Decision;

    const calm = await decide();
    expect([calm.outcome, calm.route, calm.candidates.filter(({ eligible }) => eligible).length]).toEqual([
      "forward",
      "users",
      3,
    ]);
    const drained = await cli("drain", "users", urls[1] ?? "");
    expect(drained.exitCode).toBe(0);
    failing = true;
    while (endpoints[0].requests.length < 2) await fetch(up.url).then((reply) => reply.text());
    const { endpoint, candidates } = await decide();
    expect(endpoint).toBe(urls[2]);
    const why = new Map(candidates.map(({ endpoint: id, reason }) => [id, reason]));
    expect(why.get(urls[0] ?? "")).toMatch(/^ejected: 2 errors in a row; \d+ s more$/);
    expect(why.get(urls[1] ?? "")).toBe("drained");
    const tape = (await cli("route", "GET", "/users/7", "--live", "--tape", "--count", "2")).stdout;
    expect(tape).toMatch(/^#2 /m);
    expect(tape).toContain(`✓ ${urls[2]}`);
    expect(tape).toContain(`✗ ${urls[1]}  drained`);
    expect(why.get("http://127.0.0.1:9")).toMatch(/^backup|^unhealthy/);

    const cookie = (await fetch(up.url)).headers.get("set-cookie")?.split(";")[0] ?? "";
    expect((await decide("-H", `cookie: ${cookie}`)).reason).toBe(
      `the cookie gw_users keeps the client with ${urls[2]}`,
    );
    await cli("enable", "users", urls[1] ?? "");
    const spread = JSON.parse((await cli("route", "GET", "/", "--live", "--json", "--count", "10")).stdout) as {
      distribution: Record<string, number>;
    };
    const used = Object.entries(spread.distribution).flatMap(([id, count]) => (count > 0 ? [id] : []));
    expect(new Set(used)).toEqual(new Set([urls[1], urls[2]]));
  });

  it("says that none runs, and takes no algorithm of its own", async () => {
    const place = {
      cwd: tempDir({ "gateway.config.yaml": CONFIG(["http://127.0.0.1:1"]) }),
      env: { XDG_STATE_HOME: tempDir() },
    };
    expect((await runCli(["route", "GET", "/", "--live"], place)).stderr).toContain("No gateway runs for this config");
    expect((await runCli(["route", "GET", "/", "--live", "--algo", "p2c"], place)).exitCode).toBe(64);
  });
});
