import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { setPriority } from "node:os";
import { onTestFinished } from "vitest";
import { until } from "./eventually.ts";
import { freePort } from "./free-port.ts";

const found = spawnSync("redis-server", ["--version"], { encoding: "latin1" });

/** Why tests with a real Redis are left out; `undefined` where they run. With REQUIRE_PEERS=1 they run, or fail. */
export const noRedis: string | undefined =
  found.status === 0 || process.env["REQUIRE_PEERS"] === "1" ? undefined : "redis-server is not installed";

if (noRedis !== undefined) console.log(`skipped: ${noRedis}`);

/** A Redis of a test's own, which keeps nothing on disk. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly child: ChildProcess;
  /** Stops it in the middle of whatever it does, and lets it go on. */
  pause(): void;
  resume(): void;
  /** Ends it at once. */
  kill(): Promise<void>;
}

/** Starts it, on `port` if that is given; it is ended when the test is. */
export async function startRedis(port?: number, ...flags: readonly string[]): Promise<RedisServer> {
  const own = port ?? (await freePort());
  const args = ["--port", String(own), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", ...flags];
  const child = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  prefer(child.pid);
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => void (said += chunk.toString("latin1")));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(kill);
  await until(
    () => said.includes("Ready to accept connections"),
    () => `redis-server does not start: ${said}`,
  );
  return {
    port: own,
    url: `redis://127.0.0.1:${own}`,
    child,
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    kill,
  };
}

/** A busy machine must not pass for a slow Redis. Only root may do this. */
function prefer(pid: number | undefined): void {
  try {
    setPriority(pid ?? 0, -10);
  } catch {
    // Then it has to be quick enough as it is.
  }
}
