import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { Resolver } from "node:dns/promises";
import { chownSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "../../helpers/eventually.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { freePort } from "../../helpers/free-port.ts";
import { noRedis, startRedis } from "../../helpers/redis-server.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { startTcpGateway } from "./support.ts";

const required = process.env["REQUIRE_PEERS"] === "1";

/** Why tests with a program are left out; `undefined` where they run. With REQUIRE_PEERS=1 they run, or fail. */
function missing(command: string, ...args: readonly string[]): string | undefined {
  const found = spawnSync(command, args).status === 0;
  const reason = found || required ? undefined : `${command} is not installed`;
  if (reason !== undefined) console.log(`skipped: ${reason}`);
  return reason;
}

interface Ran {
  readonly status: number | null;
  readonly text: string;
}

/** Runs a program to its end; gives what it wrote. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ran> {
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part: Buffer) => {
      text += part.toString("latin1");
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, text }));
  });
}

function endWithTest(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): void {
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  onTestFinished(async () => {
    child.kill(signal);
    await ended;
  });
}

describe.skipIf(noRedis !== undefined || missing("redis-benchmark", "--version") !== undefined)(
  "Redis behind a TCP listener",
  () => {
    it.each([
      ["one at a time", ["-P", "1", "-n", "5000"]],
      ["with pipelining", ["-P", "16", "-n", "50000"]],
      ["with large values", ["-d", "100000", "-n", "500"]],
    ])(
      "serves redis-benchmark, %s, without an error",
      async (_name, flags) => {
        const [a, b] = [await startRedis(), await startRedis()];
        const endpoints = [a, b].map(({ port }) => `tcp://127.0.0.1:${port}`);
        const { port, connections } = await startTcpGateway({ endpoints, algorithm: "least-conn" });
        const { status, text } = await run("redis-benchmark", [
          "-p",
          `${port}`,
          "-c",
          "50",
          "-t",
          "set,get,lpush,mset",
          "-q",
          ...flags,
        ]);
        expect([status, text.match(/error|reset|closed/gi)]).toEqual([0, null]);
        expect(text.match(/requests per second/g)).toHaveLength(4);
        await until(() => connections.length >= 200);
        expect(new Set(connections.map(({ outcome }) => outcome))).toEqual(new Set(["ok"]));
        const per = endpoints.map((url) => connections.filter(({ endpointId }) => endpointId === url).length);
        // Four loads of 50 connections each, half of them here and half there; a few more ask for the configuration.
        expect(Math.abs((per[0] as number) - (per[1] as number))).toBeLessThanOrEqual(4);
      },
      30_000,
    );
  },
);

/** The newest PostgreSQL that is installed the way Debian does it. */
const PG_ROOT = "/usr/lib/postgresql";
const pgBin = existsSync(PG_ROOT) ? join(PG_ROOT, readdirSync(PG_ROOT).sort().at(-1) ?? "", "bin") : undefined;
const noPostgres = pgBin === undefined && !required ? "PostgreSQL is not installed" : undefined;
if (noPostgres !== undefined) console.log(`skipped: ${noPostgres}`);

interface PostgresServer {
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
}

/** A PostgreSQL of the test's own. It must not run as root. */
async function startPostgres(tls = false): Promise<PostgresServer> {
  const bin = pgBin as string;
  const folder = tempDir();
  const data = join(folder, "data");
  const port = await freePort();
  const isRoot = process.getuid?.() === 0;
  const [uid, gid] = ["-u", "-g"].map((flag) => Number(spawnSync("id", [flag, "postgres"]).stdout.toString()));
  const who = isRoot ? { uid: uid as number, gid: gid as number } : {};
  if (isRoot) chownSync(folder, who.uid as number, who.gid as number);
  const made = spawnSync(join(bin, "initdb"), ["-D", data, "-U", "test", "-A", "trust", "--no-sync"], who);
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr.toString()}`);
  const settings = [`port=${port}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, "fsync=off"];
  if (tls) {
    const files = ["-keyout", join(data, "server.key"), "-out", join(data, "server.crt")];
    const subject = ["-subj", "/CN=pg.localhost", "-addext", "subjectAltName=DNS:pg.localhost"];
    const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", ...files, ...subject];
    if (spawnSync("openssl", request, who).status !== 0) throw new Error("openssl makes no certificate");
    settings.push("ssl=on");
  }
  const child = spawn(join(bin, "postgres"), ["-D", data, ...settings.flatMap((one) => ["-c", one])], {
    ...who,
    stdio: ["ignore", "ignore", "pipe"],
  });
  endWithTest(child, "SIGQUIT");
  let said = "";
  child.stderr.on("data", (part: Buffer) => {
    said += part.toString("latin1");
  });
  await until(
    () => said.includes("ready to accept connections"),
    () => `PostgreSQL does not start: ${said}`,
    20_000,
  );
  return { port, env: { ...process.env, PGUSER: "test", PGDATABASE: "postgres", PGCONNECT_TIMEOUT: "5" } };
}

describe.skipIf(noPostgres !== undefined)("PostgreSQL behind a TCP listener", () => {
  it("serves pgbench, with its data and many connections, without an error", async () => {
    const server = await startPostgres();
    const { port, connections } = await startTcpGateway({ endpoints: [`tcp://127.0.0.1:${server.port}`] });
    const here = ["-h", "127.0.0.1", "-p", `${port}`];
    const bin = pgBin as string;
    const filled = await run(join(bin, "pgbench"), [...here, "-i", "-s", "2", "-q"], server.env);
    expect([filled.status, filled.text]).toEqual([0, expect.stringContaining("done in")]);
    const ran = await run(join(bin, "pgbench"), [...here, "-c", "8", "-t", "50", "-n"], server.env);
    expect([ran.status, ran.text]).toEqual([
      0,
      expect.stringContaining("number of transactions actually processed: 400/400"),
    ]);
    expect(ran.text).toContain("number of failed transactions: 0 (0.000%)");
    // With a connection for each transaction.
    const again = await run(join(bin, "pgbench"), [...here, "-c", "4", "-t", "25", "-n", "-S", "-C"], server.env);
    expect([again.status, again.text]).toEqual([0, expect.stringContaining("actually processed: 100/100")]);
    await until(() => connections.length >= 100);
    expect(new Set(connections.map(({ outcome }) => outcome))).toEqual(new Set(["ok"]));
    const asked = await run(
      join(bin, "psql"),
      [...here, "-Atc", "select sum(length(repeat('x', 1000))) from generate_series(1, 20000)"],
      server.env,
    );
    expect(asked).toEqual({ status: 0, text: "20000000\n" });
  }, 60_000);

  it("is reached by the name in psql's TLS, which the certificate is for", async () => {
    const [server, other] = [await startPostgres(true), await startPostgres(true)];
    const { port, connections } = await startTcpGateway(
      { endpoints: [`tcp://127.0.0.1:${other.port}`] },
      {
        listener: { service: undefined, sni: { "pg.localhost": "pg", "*": "app" } },
        config: { services: { app: [`tcp://127.0.0.1:${other.port}`], pg: [`tcp://127.0.0.1:${server.port}`] } },
      },
    );
    const psql = (host: string) =>
      run(
        join(pgBin as string, "psql"),
        ["-Atc", "select ssl, inet_server_port() from pg_stat_ssl where pid = pg_backend_pid()"],
        { ...server.env, PGHOST: host, PGHOSTADDR: "127.0.0.1", PGPORT: `${port}`, PGSSLMODE: "require" },
      );
    expect(await psql("pg.localhost")).toEqual({ status: 0, text: `t|${server.port}\n` });
    expect(await psql("other.localhost")).toEqual({ status: 0, text: `t|${other.port}\n` });
    await until(() => connections.length === 2);
    expect(connections.map(({ serverName }) => serverName)).toEqual(["pg.localhost", "other.localhost"]);
  }, 60_000);
});

describe.skipIf(missing("dnsmasq", "--version") !== undefined)("DNS behind listeners for UDP and TCP", () => {
  it("answers a resolver's questions, and large ones by TCP", async () => {
    const own = await freePort();
    const texts = Array.from(
      { length: 40 },
      (_, i) => `--txt-record=large.test,${String(i).padStart(3, "0")}${"x".repeat(60)}`,
    );
    const child = spawn(
      "dnsmasq",
      [
        "--keep-in-foreground",
        "--no-resolv",
        "--no-hosts",
        `--port=${own}`,
        "--listen-address=127.0.0.1",
        "--bind-interfaces",
        "--conf-file=/dev/null",
        "--user=root",
        "--pid-file=",
        "--address=/a.test/192.0.2.7",
        "--mx-host=a.test,mail.test,10",
        ...texts,
      ],
      { stdio: "ignore" },
    );
    endWithTest(child);
    const port = await freePort();
    const { gateway } = await startGateway({
      listeners: [
        { udp: port, service: "dns" },
        { tcp: port, service: "dns-tcp" },
      ],
      services: { dns: [`udp://127.0.0.1:${own}`], "dns-tcp": [`tcp://127.0.0.1:${own}`] },
      routes: [],
    });
    expect(gateway.bound.map(({ kind, port: bound }) => [kind, bound])).toEqual([
      ["udp", port],
      ["tcp", port],
    ]);
    const resolver = new Resolver({ timeout: 1_000, tries: 5 });
    resolver.setServers([`127.0.0.1:${port}`]);
    expect(await resolver.resolve4("a.test")).toEqual(["192.0.2.7"]);
    expect(await resolver.resolveMx("a.test")).toEqual([{ exchange: "mail.test", priority: 10 }]);
    const many = await Promise.all(Array.from({ length: 300 }, (_, i) => resolver.resolve4(`x${i}.a.test`)));
    expect(many.flat()).toEqual(Array.from({ length: 300 }, () => "192.0.2.7"));
    // Too large for a datagram: the resolver is told so, and asks again by TCP.
    expect(await resolver.resolveTxt("large.test")).toHaveLength(40);
    const [overTcp] = gateway.service("dns-tcp").upstream.endpoints;
    expect(overTcp?.requests).toBeGreaterThan(0);
  });
});
