import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ROOT } from "../../helpers/imports.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

/** A gateway in a process of its own, so that its memory is its own. */
export interface GatewayProcess {
  readonly port: number;
  /** Resident memory in octets: now, and the most that was seen by `watch`. */
  rss(): number;
  /** Looks at the memory every few milliseconds from now on; gives the most that it has seen. */
  watch(): () => number;
  /** What it has written. */
  output(): string;
  /** Has it ended, though nobody ended it? */
  readonly died: boolean;
}

/** Runs the built `gatewayctl up` for a raw config; killed when the test ends. */
export async function startGatewayProcess(raw: Readonly<Record<string, unknown>>): Promise<GatewayProcess> {
  const config = { version: 1, listeners: [{ http: 0 }], admin: false, telemetry: { accessLog: false }, ...raw };
  // JSON is YAML.
  const cwd = tempDir({ "gateway.config.yaml": JSON.stringify(config) });
  const env = { ...process.env, XDG_STATE_HOME: join(cwd, "state"), NO_COLOR: "1" };
  const child = spawn(process.execPath, [join(ROOT, "bin/gatewayctl.js"), "up"], { cwd, env });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  const port = await new Promise<number>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = /is up at http:\/\/localhost:(\d+)/.exec(said);
      if (found) resolve(Number(found[1]));
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => reject(new Error(`exit ${code}: ${said}`)));
  });
  const pid = child.pid as number;
  return {
    port,
    rss: () => rssOf(pid),
    watch: () => watch(pid),
    output: () => said,
    get died() {
      return child.exitCode !== null || child.signalCode !== null;
    },
  };
}

function watch(pid: number): () => number {
  let most = rssOf(pid);
  const look = (): void => {
    most = Math.max(most, rssOf(pid));
  };
  const timer = setInterval(look, 20);
  onTestFinished(() => clearInterval(timer));
  return () => {
    look();
    return most;
  };
}

/** Of Linux from its file, of others from `ps`. */
function rssOf(pid: number): number {
  let kilobytes: string | undefined;
  try {
    kilobytes = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  } catch {
    kilobytes = execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "latin1" });
  }
  return Number(kilobytes) * 1024;
}
