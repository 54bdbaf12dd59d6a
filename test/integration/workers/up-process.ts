import { type ChildProcess, spawn } from "node:child_process";
import { openSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ServiceSnapshot, StatusReply } from "../../../src/admin/admin-source.ts";
import { readAdminToken } from "../../../src/admin/admin-token.ts";
import { configStateDirectory } from "../../../src/processes/state-directory.ts";
import { until } from "../../helpers/eventually.ts";
import { ROOT } from "../../helpers/imports.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const BIN = join(ROOT, "bin/gatewayctl.js");

/** `gatewayctl up` in a process of its own, as it was built. */
export interface UpProcess {
  readonly child: ChildProcess;
  readonly cwd: string;
  /** Of the first listener, on 127.0.0.1; known once it is up. */
  readonly url: string;
  stdout(): string;
  stderr(): string;
  /** Exit code, or the name of the signal. */
  readonly done: Promise<number | string | null>;
  status(): Promise<StatusReply>;
  services(): Promise<readonly ServiceSnapshot[]>;
  metrics(): Promise<string>;
  /** Changes an endpoint through the admin API; resolves with the status of the answer. */
  change(service: string, endpoint: string, action: string, body?: object): Promise<number>;
}

export interface UpOptions {
  readonly files: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Of the config, if it is not gateway.config.yaml. */
  readonly config?: string;
  /** Where its standard output goes; by default to a pipe, that `stdout` reads. */
  readonly stdoutFile?: string;
  /** Without waiting until it is up. */
  readonly early?: true;
}

/** Starts it and waits until it is up; it is killed, workers and all, when the test ends. */
export async function startUpProcess(
  argv: readonly string[],
  { files, env, config, stdoutFile, early }: UpOptions,
): Promise<UpProcess> {
  const cwd = tempDir(files);
  const state = { XDG_STATE_HOME: join(cwd, "state") };
  // In a group of its own, so that nothing outlives the test.
  const child = spawn(process.execPath, [BIN, "up", ...(config ? ["--config", config] : []), ...argv], {
    cwd,
    env: { ...process.env, NO_COLOR: "1", ...state, ...env },
    detached: true,
    stdio: ["ignore", stdoutFile === undefined ? "pipe" : openSync(join(cwd, stdoutFile), "w"), "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => void (said.stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => void (said.stderr += chunk.toString()));
  const done = new Promise<number | string | null>((resolve) =>
    child.once("close", (code, signal) => resolve(signal ?? code)),
  );
  let over = false;
  void done.then(() => (over = true));
  onTestFinished(async () => {
    killGroup(child);
    await done;
  });
  const port = (): string => /is up at http:\/\/localhost:(\d+)/.exec(said.stderr)?.[1] ?? "";
  const everything = (): string => `${said.stdout}${said.stderr}`;
  if (!early) {
    await until(() => (port() !== "" && said.stderr.includes("Ctrl-C drains") ? true : over), everything, 15_000);
    if (over) throw new Error(`up ended: ${everything()}`);
  }
  const admin = (): string => /metrics at (http:\/\/\S+)/.exec(said.stderr)?.[1] ?? "";
  const read = async <T>(path: string): Promise<T> => (await (await fetch(`${admin()}${path}`)).json()) as T;
  return {
    child,
    cwd,
    get url() {
      return `http://127.0.0.1:${port()}`;
    },
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    done,
    status: () => read<StatusReply>("/api/status"),
    services: async () => (await read<{ services: ServiceSnapshot[] }>("/api/services")).services,
    metrics: async () => (await fetch(`${admin()}/metrics`)).text(),
    change: async (service, endpoint, action, body = {}) => {
      const token = readAdminToken(configStateDirectory(state, join(cwd, "gateway.config.yaml"))) ?? "";
      const path = `/api/services/${service}/endpoints/${encodeURIComponent(endpoint)}/${action}`;
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      return (await fetch(`${admin()}${path}`, { method: "POST", headers, body: JSON.stringify(body) })).status;
    },
  };
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // All of them have ended.
  }
}

/** A config of one service with these endpoints, in front of everything. */
export function oneService(endpoints: readonly string[], more = ""): Record<string, string> {
  return {
    "gateway.config.yaml": `version: 1
listeners: [{ http: 0 }]
${more}
services:
  users: { endpoints: ${JSON.stringify(endpoints)} }
routes:
  - { name: users, match: /, service: users }
`,
  };
}

export interface LoadResult {
  /** How often each status came; 0 where the exchange failed without one. */
  readonly statuses: ReadonlyMap<number, number>;
}

/** Sends `count` requests over `connections` connections at once, one after the other on each; or on a new one for each. */
export async function load(url: string, count: number, connections: number, keepAlive = true): Promise<LoadResult> {
  const agent = new Agent({ keepAlive, maxSockets: connections });
  const statuses = new Map<number, number>();
  let left = count;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const status = await get(url, agent);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  agent.destroy();
  return { statuses };
}

/** The status of a GET, read to its end; 0 if there was none. */
export function get(url: string, agent: Agent | false = false): Promise<number> {
  return new Promise((resolve) => {
    const asked = request(url, { agent }, (response) => {
      response.on("error", () => resolve(0));
      response.on("end", () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    asked.on("error", () => resolve(0));
    asked.end();
  });
}

/** False once it has ended, and while it is only waiting to be reaped. */
export async function isAlive(pid: number): Promise<boolean> {
  const { readFile } = await import("node:fs/promises");
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return stat !== "" && !stat.slice(stat.lastIndexOf(")")).startsWith(") Z");
}
