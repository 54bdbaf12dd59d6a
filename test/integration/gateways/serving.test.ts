import { Agent, request, type ServerResponse } from "node:http";
import { readFileSync, writeFileSync } from "node:fs";
import { request as secureRequest } from "node:https";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { readAdminToken } from "../../../src/admin/admin-token.ts";
import { configStateDirectory } from "../../../src/processes/state-directory.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { load, oneService, startUpProcess, type UpProcess } from "../workers/up-process.ts";

const two = (algorithm = "round-robin"): string => `gateways: { instances: 2, algorithm: ${algorithm} }`;

/** What an endpoint was told of each request. */
async function telling(): Promise<{ url: string; seen: { via: string; forwarded: string; proto: string }[] }> {
  const seen: { via: string; forwarded: string; proto: string }[] = [];
  const { url } = await startEndpoint(({ headers }, response) => {
    seen.push({
      via: String(headers.via).replace(/^\S+ /, ""),
      forwarded: String(headers["x-forwarded-for"]),
      proto: String(headers["x-forwarded-proto"]),
    });
    response.end("ok");
  });
  return { url, seen };
}

/** Sends one request on a connection of its own. */
function get(url: string, options: { localAddress?: string } = {}): Promise<number> {
  return new Promise((resolve) => {
    const make = url.startsWith("https:") ? secureRequest : request;
    const asking = make(url, { agent: false, rejectUnauthorized: false, ...options }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    asking.on("error", () => resolve(0));
    asking.end();
  });
}

const pidsOf = async (up: UpProcess): Promise<number[]> => ((await up.status()).workers ?? []).map(({ pid }) => pid);

// Processes are started, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe("several gateways behind a load balancer", () => {
  it("share connections, and tell endpoints of the client itself", async () => {
    const { url, seen } = await telling();
    const up = await startUpProcess([], { files: oneService([url], two()) });
    expect(up.stderr()).toContain("2 gateways behind a load balancer (round-robin)");
    for (let i = 0; i < 6; i++) expect(await get(up.url)).toBe(200);
    const counts = new Map<string, number>();
    for (const { via } of seen) counts.set(via, (counts.get(via) ?? 0) + 1);
    expect([...counts.values()]).toEqual([3, 3]);
    expect(new Set(seen.map(({ forwarded, proto }) => `${forwarded} ${proto}`))).toEqual(new Set(["127.0.0.1 http"]));
    expect((await up.status()).traffic.requests).toBe(6);
  });

  it("keep a client's address with one of them by ip-hash", async () => {
    const { url, seen } = await telling();
    const up = await startUpProcess([], { files: oneService([url], two("ip-hash")) });
    for (let client = 2; client < 8; client++) {
      for (let i = 0; i < 3; i++) expect(await get(up.url, { localAddress: `127.0.0.${client}` })).toBe(200);
    }
    const byClient = new Map<string, Set<string>>();
    for (const { via, forwarded } of seen) byClient.set(forwarded, (byClient.get(forwarded) ?? new Set()).add(via));
    expect([...byClient.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("end TLS themselves, and serve HTTP/2 by ALPN through the front", async () => {
    const { url, seen } = await telling();
    const files = oneService([url], two());
    files["gateway.config.yaml"] = (files["gateway.config.yaml"] ?? "").replace(
      "listeners: [{ http: 0 }]",
      "listeners: [{ http: 0 }, { https: 0, tls: auto }]",
    );
    const up = await startUpProcess([], { files });
    const secure = /https:\/\/localhost:\d+/.exec(up.stderr())?.[0] ?? "";
    for (let i = 0; i < 4; i++) expect(await get(secure)).toBe(200);
    expect(seen.map(({ proto }) => proto)).toEqual(["https", "https", "https", "https"]);
    expect(new Set(seen.map(({ via }) => via)).size).toBe(2);
  });

  it("lose no more than what was in flight on one that is killed, and replace it", async () => {
    const { url } = await startEndpoint((_, response) => void setTimeout(() => response.end("ok"), 5));
    const up = await startUpProcess([], { files: oneService([url], two("least-conn")) });
    const [victim] = await pidsOf(up);
    const loading = load(up.url, 600, 10);
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.kill(victim ?? 0, "SIGKILL");
    const { statuses } = await loading;
    // Ten connections at most were on it, each with one exchange.
    expect(statuses.get(0) ?? 0, up.stdout()).toBeLessThanOrEqual(10);
    expect((statuses.get(200) ?? 0) + (statuses.get(0) ?? 0)).toBe(600);
    await expect.poll(async () => (await pidsOf(up)).length).toBe(2);
    expect(await pidsOf(up)).not.toContain(victim);
    expect(await get(up.url)).toBe(200);
  });

  it("give nothing to one that hangs, until it answers again", async () => {
    const { url } = await startEndpoint();
    const up = await startUpProcess([], { files: oneService([url], two()) });
    const [stuck] = await pidsOf(up);
    process.kill(stuck ?? 0, "SIGSTOP");
    await expect.poll(() => up.stdout()).toContain("gets no connections: does not answer");
    for (let i = 0; i < 6; i++) expect(await get(up.url)).toBe(200);
    process.kill(stuck ?? 0, "SIGCONT");
    await expect.poll(() => up.stdout()).toContain("up again: answers");
  });

  it("drain in order: what is in progress is answered, and nothing is left", async () => {
    const held: ServerResponse[] = [];
    const { url } = await startEndpoint((_, response) => void held.push(response));
    const up = await startUpProcess([], { files: oneService([url], two()) });
    const late = get(up.url);
    await expect.poll(() => held.length).toBe(1);
    up.child.kill("SIGTERM");
    await expect.poll(() => up.stderr()).toContain("waiting for 1 request");
    held[0]?.end("late");
    expect([await late, await up.done]).toEqual([200, 0]);
  });
});

describe("a rolling reload", () => {
  /** `POST /api/reload`. */
  async function reload(up: UpProcess): Promise<{ status: number; detail?: string }> {
    const admin = /metrics at (http:\/\/\S+)/.exec(up.stderr())?.[1] ?? "";
    const file = join(up.cwd, "gateway.config.yaml");
    const token = readAdminToken(configStateDirectory({ XDG_STATE_HOME: join(up.cwd, "state") }, file)) ?? "";
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const reply = await fetch(`${admin}/api/reload`, { method: "POST", headers, body: "{}" });
    return { status: reply.status, ...((await reply.json()) as { detail?: string }) };
  }

  function rewrite(up: UpProcess, change: (text: string) => string): void {
    const file = join(up.cwd, "gateway.config.yaml");
    writeFileSync(file, change(readFileSync(file, "utf8")));
  }

  it("takes up the config without losing a request", async () => {
    const [before, after] = await Promise.all([startEndpoint(), startEndpoint()]);
    const up = await startUpProcess([], { files: oneService([before.url], two("least-conn")) });
    const old = await pidsOf(up);
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const statuses: number[] = [];
    let loading = true;
    const clients = Array.from({ length: 4 }, async () => {
      while (loading) {
        statuses.push(
          await new Promise((resolve) => {
            const asking = request(up.url, { agent }, (response) => {
              response.resume();
              response.on("end", () => resolve(response.statusCode ?? 0));
            });
            asking.on("error", () => resolve(0));
            asking.end();
          }),
        );
      }
    });
    rewrite(up, (text) => text.replace(before.url, after.url));
    expect(await reload(up)).toMatchObject({ status: 200 });
    await expect.poll(() => after.requests.length).toBeGreaterThan(0);
    loading = false;
    await Promise.all(clients);
    agent.destroy();
    expect(new Set(statuses)).toEqual(new Set([200]));
    await expect.poll(async () => (await pidsOf(up)).some((pid) => old.includes(pid))).toBe(false);
    const asked = before.requests.length;
    for (let i = 0; i < 4; i++) expect(await get(up.url)).toBe(200);
    expect(before.requests.length).toBe(asked);
  });

  it.each([
    ["errors", (text: string) => text.replace("match: /", "mtach: /"), /has errors/],
    ["other listeners", (text: string) => text.replace("{ http: 0 }", "{ http: 0 }, { http: 0 }"), /listeners/],
  ])("changes nothing where the config has %s", async (_, change, detail) => {
    const { url } = await startEndpoint();
    const up = await startUpProcess([], { files: oneService([url], two()) });
    const old = await pidsOf(up);
    rewrite(up, change);
    const reply = await reload(up);
    expect([reply.status, reply.detail]).toEqual([409, expect.stringMatching(detail)]);
    expect([await pidsOf(up), await get(up.url)]).toEqual([old, 200]);
  });
});
