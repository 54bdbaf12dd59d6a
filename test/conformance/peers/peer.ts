import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** One plain reverse proxy: what it reads on `front` goes to the endpoint on `endpoint`. Both are Unix sockets. */
export interface PeerLane {
  readonly front: string;
  readonly endpoint: string;
  /** All its time limits are a fraction of a second. */
  readonly impatient: boolean;
}

/** Another proxy to compare with. */
export interface PeerKind {
  readonly name: string;
  readonly command: string;
  /** Arguments that make it say its version, and where that stands in what it says. */
  readonly version: readonly [args: readonly string[], pattern: RegExp];
  /** Writes a configuration into `directory`, and gives the arguments that run it in the foreground. */
  configure(directory: string, lanes: readonly PeerLane[]): readonly string[];
}

/** A peer that runs. */
export interface RunningPeer {
  readonly name: string;
  readonly version: string;
  readonly lanes: readonly PeerLane[];
  stop(): Promise<void>;
}

/** The version that is installed, or `undefined`. */
export function installedVersion({ command, version: [args, pattern] }: PeerKind): string | undefined {
  const { stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  return error ? undefined : (pattern.exec(`${stdout}${stderr}`)?.[1] ?? "unknown version");
}

/** The peer ends with whoever started it, even one that is killed: stdin is closed then. */
const WHILE_STDIN_IS_OPEN = '"$0" "$@" & peer=$!; cat; kill "$peer"; wait "$peer"';

/**
 * Starts a peer with a private configuration, one lane each of `impatient`. Unix sockets need no free ports.
 * @throws Error with what it printed, if it does not come up
 */
export async function startPeer(kind: PeerKind, impatient: readonly boolean[]): Promise<RunningPeer> {
  const directory = mkdtempSync(join(tmpdir(), `probe-${kind.name}-`));
  const lanes = impatient.map((each, i) => ({
    front: join(directory, `f${i}`),
    endpoint: join(directory, `e${i}`),
    impatient: each,
  }));
  const args = kind.configure(directory, lanes);
  const child = spawn("sh", ["-c", WHILE_STDIN_IS_OPEN, kind.command, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += String(chunk)));
  const gone = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await gone;
    rmSync(directory, { recursive: true, force: true });
  };
  const last = lanes.at(-1)?.front ?? "";
  for (let waited = 0; !(await accepts(last)); waited += 20) {
    if (child.exitCode !== null || waited > 3_000) {
      await stop();
      throw new Error(`${kind.name} did not come up: ${printed}`);
    }
    await pause(20);
  }
  return { name: kind.name, version: installedVersion(kind) ?? "", lanes, stop };
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
