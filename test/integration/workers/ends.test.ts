import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { StatusReply } from "../../../src/admin/admin-source.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { get, isAlive, load, oneService, startUpProcess, type UpProcess } from "./up-process.ts";

const pidsOf = ({ workers = [] }: StatusReply): number[] => workers.map(({ pid }) => pid);

async function eventually<T>(read: () => Promise<T | false>, what: string): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const value = await read();
    if (value !== false) return value;
    if (performance.now() > deadline) throw new Error(what);
    await pause(10);
  }
}

/** Resolves when none of these processes is there any more. */
const gone = (pids: readonly number[]): Promise<true> =>
  eventually(async () => (await Promise.all(pids.map(isAlive))).every((alive) => !alive) && true, "they still live");

describe("a worker that dies", () => {
  it("is replaced at once; only what it had in progress fails, and what it had counted stays", async () => {
    const endpoint = await startEndpoint((_, response) => setTimeout(() => response.end("ok"), 5));
    const up = await startUpProcess(["--workers", "2"], { files: oneService([endpoint.url]) });
    expect(await up.change("users", endpoint.url, "weight", { weight: 7 })).toBe(200);
    const before = await up.status();
    const [victim = 0] = pidsOf(before);
    const connections = 20;
    const running = load(`${up.url}/users`, 1_200, connections);
    const counted = await eventually(async () => {
      const status = await up.status();
      return status.traffic.requests > 150 && status;
    }, "no traffic");
    process.kill(victim, "SIGKILL");
    const { statuses } = await running;
    // One exchange on each of its connections at most.
    expect(statuses.get(0) ?? 0).toBeLessThanOrEqual(connections);
    expect((statuses.get(200) ?? 0) + (statuses.get(0) ?? 0)).toBe(1_200);

    const after = await eventually(async () => {
      const status = await up.status();
      return pidsOf(status).length === 2 && status;
    }, "it is not replaced");
    expect(pidsOf(after)).not.toContain(victim);
    expect(pidsOf(after)).toContain(pidsOf(before)[1]);
    expect(after.workers?.map(({ worker }) => worker)).toEqual([1, 2]);
    expect(after.traffic.requests).toBeGreaterThanOrEqual(counted.traffic.requests);
    // The new one knows what was decided before it was there.
    expect((await up.services())[0]?.endpoints[0]).toMatchObject({ weight: 7 });
    expect(up.stdout()).toContain('"msg":"worker ended: signal SIGKILL; another takes its place"');
    await until(() => up.stdout().includes('"msg":"worker serves again"'));
    expect([...(await load(`${up.url}/users`, 40, 20)).statuses]).toEqual([[200, 40]]);
  }, 15_000);

  it("ends in good order if it is told to itself: what it has in progress finishes, and its figures stay", async () => {
    const held: (() => void)[] = [];
    const endpoint = await startEndpoint((_, response) => void held.push(() => response.end("ok")));
    const up = await startUpProcess(["--workers", "2"], { files: oneService([endpoint.url]) });
    const [victim = 0] = pidsOf(await up.status());
    const answers = Array.from({ length: 30 }, () => get(`${up.url}/users`));
    await until(() => held.length === 30);
    process.kill(victim, "SIGTERM");
    // It takes nothing new, but the other one does; what it had just accepted it may close without an answer.
    const later = (async (): Promise<number> => {
      for (;;) {
        const status = await get(`${up.url}/users`);
        if (status !== 0) return status;
      }
    })();
    await until(() => held.length === 31);
    for (const release of held) release();
    expect(new Set(await Promise.all([...answers, later]))).toEqual(new Set([200]));
    await gone([victim]);
    await eventually(async () => pidsOf(await up.status()).length === 2, "it is not replaced");
    expect((await up.status()).traffic.requests).toBe(31);
    expect(await up.metrics()).toMatch(/^gatewayctl_requests_total\{.*\} 31$/m);
    await until(() => up.stdout().match(/"status":200/g)?.length === 31);
  }, 15_000);
});

describe("the end of up with workers", () => {
  /** Up with one request in flight, which is answered when the test says so. */
  async function slow(more = ""): Promise<{ up: UpProcess; answer: Promise<number>; release(): void; pids: number[] }> {
    const held: (() => void)[] = [];
    let released = false;
    const endpoint = await startEndpoint((_, response) => {
      if (released) response.end();
      else held.push(() => response.end("at last"));
    });
    const up = await startUpProcess(["--workers", "2"], { files: oneService([endpoint.url], more) });
    const pids = pidsOf(await up.status());
    const answer = get(`${up.url}/users`);
    await until(() => endpoint.requests.length === 1);
    const release = (): void => {
      released = true;
      for (const end of held) end();
    };
    return { up, answer, release, pids };
  }

  it.each(["SIGINT", "SIGTERM"] as const)(
    "lets a request in flight finish on %s, and exits 0",
    async (signal) => {
      const { up, answer, release, pids } = await slow();
      // To the whole group, as a terminal and a service manager do.
      process.kill(-(up.child.pid ?? 0), signal);
      await until(() => up.stderr().includes("stopping"));
      if (signal === "SIGINT")
        expect(up.stderr()).toContain("stopping, waiting for 1 request; Ctrl-C again ends at once");
      release();
      expect(await answer).toBe(200);
      await eventually(async () => (await get(`${up.url}/users`)) === 0, "still takes requests");
      expect(await up.done).toBe(0);
      expect(up.stderr()).not.toContain("cut");
      expect(up.stdout()).toContain('"status":200');
      await gone(pids);
    },
    15_000,
  );

  it("cuts it at the second Ctrl-C", async () => {
    const { up, answer, pids } = await slow();
    up.child.kill("SIGINT");
    await until(() => up.stderr().includes("stopping"));
    up.child.kill("SIGINT");
    expect(await up.done).toBe(0);
    expect(await answer).toBe(0);
    expect(up.stderr()).toContain("1 request was cut\n");
    await gone(pids);
  }, 15_000);

  it("cuts it after limits.drainTimeout", async () => {
    const { up, answer } = await slow("limits: { drainTimeout: 100ms }");
    up.child.kill("SIGINT");
    expect(await up.done).toBe(0);
    expect(await answer).toBe(0);
    expect(up.stderr()).toContain("1 request was cut\n");
  }, 15_000);

  it("leaves no worker behind when it is killed", async () => {
    const { url } = await startEndpoint();
    const up = await startUpProcess(["--workers", "3"], { files: oneService([url]) });
    const pids = pidsOf(await up.status());
    expect(pids).toHaveLength(3);
    up.child.kill("SIGKILL");
    await gone(pids);
    expect(await get(`${up.url}/users`)).toBe(0);
  }, 15_000);
});

describe("up with workers that cannot begin", () => {
  it("names the port that is in use and its owner once, as without workers, and exits 69", async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void holder.close());
    const { port } = holder.address() as AddressInfo;
    const said = async (...argv: string[]): Promise<[string, unknown]> => {
      const files = oneService(["http://127.0.0.1:1"]);
      const up = await startUpProcess([...argv, "--port", String(port)], { files, early: true });
      const code = await up.done;
      return [up.stderr(), code];
    };
    const [text, code] = await said("--workers", "2");
    expect([text, code]).toEqual(await said());
    expect(code).toBe(69);
    expect(text.match(/GW0010 {2}Port \d+ is in use by process/g)).toHaveLength(1);
  }, 15_000);

  it("says once that the access log's file cannot be opened", async () => {
    const up = await startUpProcess(["--workers", "2"], {
      files: oneService(["http://127.0.0.1:1"], "telemetry: { accessLog: { path: ./none/access.log } }"),
      early: true,
    });
    expect(await up.done).toBe(1);
    expect(up.stderr().match(/GW0017/g)).toHaveLength(2);
    expect(up.stderr()).toContain("none/access.log: ENOENT");
  }, 15_000);
});
