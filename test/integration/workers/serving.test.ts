import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { parseExposition } from "../../telemetry/metrics/exposition.ts";
import { get, load, oneService, startUpProcess } from "./up-process.ts";

const lines = (text: string): Record<string, unknown>[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Asks for / over TLS, and says whether an earlier session was taken up, and with which one it could be. */
function askTls(port: number, ca: string, session?: Buffer): Promise<{ resumed: boolean; session?: Buffer }> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      port,
      host: "127.0.0.1",
      servername: "localhost",
      ca,
      ...(session ? { session } : {}),
    });
    let latest: Buffer | undefined;
    let answered = false;
    const done = (): void => {
      const resumed = answered && socket.isSessionReused();
      if (!answered || (latest === undefined && !resumed)) return;
      resolve({ resumed, ...(latest === undefined ? {} : { session: latest }) });
      socket.destroy();
    };
    // TLS 1.3 gives tickets after the handshake, and none after one that took up a session.
    socket.on("session", (ticket) => {
      latest = ticket;
      done();
    });
    socket.on("data", () => {
      answered = true;
      done();
    });
    socket.on("error", reject);
    socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  });
}

describe("up --workers 2", () => {
  it("takes requests in both, counts each once, and writes each line whole", async () => {
    const endpoint = await startEndpoint();
    const up = await startUpProcess(["--workers", "2"], { files: oneService([endpoint.url]) });
    expect(up.stderr()).toContain("○ 2 workers share the work\n");
    // Lines longer than what a pipe takes in one piece (PIPE_BUF, 4096 bytes) are among them.
    const long = await load(`${up.url}/${"x".repeat(5_000)}`, 200, 40);
    const viaIpv6 = await load(`${up.url.replace("127.0.0.1", "[::1]")}/users`, 20, 20);
    let sent = 220;
    expect([long.statuses.get(200), viaIpv6.statuses.get(200)]).toEqual([200, 20]);
    // Which worker takes a connection is the kernel's choice: it evens out, and not with every few dozen.
    const least = async (): Promise<number> =>
      Math.min(...((await up.status()).workers ?? []).map(({ requests }) => requests));
    while (sent < 2_000 || ((await least()) < sent / 20 && sent < 8_000)) {
      const { statuses } = await load(`${up.url}/users`, 600, 40, sent % 1_200 === 220);
      expect([...statuses]).toEqual([[200, 600]]);
      sent += 600;
    }

    const written = await until(() => {
      const all = lines(up.stdout());
      return all.length >= sent && all;
    }, `${sent} lines`);
    expect(written).toHaveLength(sent);
    expect(new Set(written.map(({ status }) => status))).toEqual(new Set([200]));
    // Of request ids that both workers make, none is made twice.
    expect(new Set(written.map(({ requestId }) => requestId)).size).toBe(sent);

    const status = await up.status();
    expect(status.pid).toBe(up.child.pid);
    expect(status.traffic).toMatchObject({ requests: sent, errors: 0 });
    const counts = (status.workers ?? []).map(({ requests }) => requests);
    expect(counts).toHaveLength(2);
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(sent);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(sent / 20);
    const [users] = await up.services();
    expect(users?.endpoints[0]).toMatchObject({ requests: sent, inFlight: 0, failures: 0 });

    const families = parseExposition(await up.metrics());
    const samples = (name: string) => families.get(name)?.samples ?? [];
    expect(samples("gatewayctl_requests_total").map(({ value }) => value)).toEqual([sent]);
    const durations = samples("gatewayctl_gateway_duration_seconds");
    expect(durations.find(({ name }) => name.endsWith("_count"))?.value).toBe(sent);
    expect(durations.find(({ labels }) => labels["le"] === "+Inf")?.value).toBe(sent);
    expect(samples("gatewayctl_endpoint_healthy").map(({ value }) => value)).toEqual([1]);
  }, 15_000);

  it("writes each line whole to a file too, where both write", async () => {
    const endpoint = await startEndpoint();
    const up = await startUpProcess(["--workers", "2"], { files: oneService([endpoint.url]), stdoutFile: "out.log" });
    await Promise.all([load(`${up.url}/${"x".repeat(5_000)}`, 300, 20, false), load(`${up.url}/users`, 1_700, 20)]);
    up.child.kill("SIGTERM");
    expect(await up.done).toBe(0);
    const written = lines(readFileSync(join(up.cwd, "out.log"), "utf8"));
    expect(written.map(({ status }) => status)).toEqual(Array.from({ length: 2_000 }, () => 200));
    expect(new Set(written.map(({ requestId }) => String(requestId).split("-")[0])).size).toBe(2);
  }, 15_000);

  it("spreads kept connections evenly, without an error, where one worker got all of them", async () => {
    const endpoint = await startEndpoint((_, response) => setTimeout(() => response.end(), 10));
    const up = await startUpProcess(["--workers", "2"], { files: oneService([endpoint.url]) });
    const pids = ((await up.status()).workers ?? []).map(({ pid }) => pid);
    // While it is stopped it accepts nobody.
    process.kill(pids[1] ?? 0, "SIGSTOP");
    let over = false;
    const agent = new Agent({ keepAlive: true, maxSockets: 40 });
    const statuses = new Set<number>();
    const client = async (): Promise<void> => {
      while (!over) statuses.add(await get(`${up.url}/users`, agent));
    };
    const clients = Array.from({ length: 40 }, client);
    await until(() => endpoint.requests.length > 80);
    process.kill(pids[1] ?? 0, "SIGCONT");
    let counts: number[] = [];
    const deadline = performance.now() + 10_000;
    while (Math.min(...counts) < 15 || counts.length === 0) {
      counts = ((await up.status()).workers ?? []).map(({ connections }) => connections);
      if (performance.now() > deadline) throw new Error(`connections: ${counts.join(" and ")}`);
      await pause(50);
    }
    over = true;
    await Promise.all(clients);
    agent.destroy();
    expect(counts).toHaveLength(2);
    expect(statuses).toEqual(new Set([200]));
  }, 15_000);

  it("knows a request that has passed the other worker", async () => {
    const loop = await startEndpoint();
    const files = oneService([loop.url]);
    const up = await startUpProcess(["--workers", "2"], { files });
    // Whatever comes to the endpoint is sent to the gateway again, over a connection of its own: to either worker.
    const answers: number[] = [];
    loop.server.removeAllListeners("request").on("request", (incoming, response) => {
      void fetch(`${up.url}/again`, { headers: { via: String(incoming.headers.via), connection: "close" } }).then(
        ({ status }) => {
          answers.push(status);
          response.end();
        },
      );
    });
    await load(`${up.url}/users`, 40, 20);
    expect(answers).toEqual(Array.from({ length: 40 }, () => 508));
    const counts = ((await up.status()).workers ?? []).map(({ requests }) => requests);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  }, 15_000);

  it("drains and weighs an endpoint in both before it answers", async () => {
    const [a, b] = [await startEndpoint(), await startEndpoint()];
    const up = await startUpProcess(["--workers", "2"], { files: oneService([a.url, b.url]) });
    expect(await up.change("users", a.url, "drain")).toBe(200);
    const before = a.requests.length;
    await load(`${up.url}/users`, 100, 30);
    expect(a.requests).toHaveLength(before);
    expect((await up.services())[0]?.endpoints).toMatchObject([
      { id: a.url, draining: true, eligible: false },
      { id: b.url, draining: false, requests: 100 },
    ]);
    expect(await up.change("users", a.url, "enable")).toBe(200);
    expect(await up.change("users", b.url, "weight", { weight: 0 })).toBe(200);
    const ofB = b.requests.length;
    await load(`${up.url}/users`, 100, 30);
    expect(b.requests).toHaveLength(ofB);
    expect(await up.change("users", "http://127.0.0.1:1", "drain")).toBe(404);
  }, 15_000);

  it("runs a config that is code once, and appends to the access log's file beside it", async () => {
    const { url } = await startEndpoint();
    const up = await startUpProcess(["--workers", "2"], {
      files: {
        "sub/gateway.config.mjs": `import { appendFileSync } from "node:fs";
appendFileSync(new URL("runs", import.meta.url), "x");
export default {
  version: 1,
  listeners: [{ http: 0 }],
  telemetry: { accessLog: { path: "./access.log" } },
  services: { users: ${JSON.stringify(url)} },
  routes: [{ match: [{ path: "/users" }, { path: { regex: "^/u(?<id>[0-9]+)$" } }], service: "users" }],
};`,
      },
      config: "sub/gateway.config.mjs",
    });
    await load(`${up.url}/users`, 50, 20);
    await load(`${up.url}/u7`, 50, 20);
    up.child.kill("SIGINT");
    expect(await up.done).toBe(0);
    expect(readFileSync(join(up.cwd, "sub/runs"), "utf8")).toBe("x");
    expect(up.stderr().match(/^running /gm)).toHaveLength(1);
    expect(up.stdout()).toBe("");
    expect(lines(readFileSync(join(up.cwd, "sub/access.log"), "utf8")).map(({ status }) => status)).toEqual(
      Array.from({ length: 100 }, () => 200),
    );
  }, 15_000);

  it("tells once what several workers find out, and keeps each one's limits a part of the whole", async () => {
    const endpoint = await startEndpoint((_, response) => setTimeout(() => response.end(), 40));
    const up = await startUpProcess(["--workers", "2"], {
      files: oneService([endpoint.url, "http://127.0.0.1:1"], "limits: { requests: 8 }"),
    });
    expect(up.stderr()).toContain("│ down: connection refused");
    const agent = new Agent({ keepAlive: true });
    const statuses = await Promise.all(Array.from({ length: 40 }, () => get(`${up.url}/users`, agent)));
    agent.destroy();
    const taken = statuses.filter((status) => status === 200).length;
    // Both have 4 of the 8: 8 if both were busy, and no more than can have followed when an answer made room.
    expect(taken).toBeGreaterThanOrEqual(4);
    expect(statuses.filter((status) => status === 503).length).toBe(40 - taken);
    expect(taken).toBeLessThanOrEqual(16);
    await until(() => lines(up.stdout()).some(({ msg }) => String(msg).startsWith("down: ")));
    expect(lines(up.stdout()).filter(({ msg }) => String(msg).startsWith("down: "))).toHaveLength(1);
  }, 15_000);

  it("terminates TLS with one certificate authority, and resumes sessions that the other worker began", async () => {
    const { url } = await startEndpoint();
    const config = `version: 1
listeners: [{ http: 0 }, { https: 0 }]
services: { users: ["${url}"] }
routes: [{ match: /, service: users }]
`;
    const up = await startUpProcess(["--workers", "2"], { files: { "gateway.config.yaml": config } });
    expect(up.stderr().match(/made a local CA/g)).toHaveLength(1);
    const port = Number(/https:\/\/localhost:(\d+)/.exec(up.stderr())?.[1]);
    const ca = readFileSync(join(up.cwd, "state/gatewayctl/local-ca/ca.pem"), "utf8");
    const requestsOf = async (): Promise<number[]> =>
      ((await up.status()).workers ?? []).map(({ requests }) => requests);
    const pids = ((await up.status()).workers ?? []).map(({ pid }) => pid);
    // The one that is stopped accepts nobody, so the other one serves.
    process.kill(pids[1] ?? 0, "SIGSTOP");
    const first = await askTls(port, ca);
    process.kill(pids[1] ?? 0, "SIGCONT");
    process.kill(pids[0] ?? 0, "SIGSTOP");
    const second = await askTls(port, ca, first.session);
    process.kill(pids[0] ?? 0, "SIGCONT");
    expect([first.resumed, second.resumed]).toEqual([false, true]);
    expect(await requestsOf()).toEqual([1, 1]);
  }, 15_000);

  it("runs services once, and tells every worker where they are", async () => {
    const server = `import { createServer } from "node:http";
createServer((_, response) => response.end(String(process.pid))).listen(process.env.PORT, "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));`;
    const config = `version: 1
listeners: [{ http: 0 }]
services:
  users: { run: { command: exec node server.mjs, instances: 2 } }
routes:
  - { match: /, service: users }
`;
    const up = await startUpProcess(["--workers", "2"], {
      files: { "server.mjs": server, "gateway.config.yaml": config },
    });
    const { statuses } = await load(`${up.url}/`, 60, 20);
    expect([...statuses]).toEqual([[200, 60]]);
    const [users] = await up.services();
    expect(users?.endpoints).toHaveLength(2);
    for (const { requests } of users?.endpoints ?? []) expect(requests).toBeGreaterThan(20);
    up.child.kill("SIGTERM");
    expect(await up.done).toBe(0);
  }, 15_000);

  it("shows the demo", async () => {
    const up = await startUpProcess(["--demo", "--port", "0", "--workers", "2"], { files: {} });
    expect(up.stderr()).toContain("the demo is up at");
    expect((await fetch(`${up.url}/users/1`)).status).toBe(200);
    await until(() => lines(up.stdout()).length > 3, "traffic", 4_000);
    up.child.kill("SIGINT");
    expect(await up.done).toBe(0);
  }, 15_000);
});
