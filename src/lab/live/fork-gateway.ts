import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Link } from "../../gateway/instances/link.ts";
import { connectPeer } from "../../gateway/instances/peer.ts";
import type { StartGateway } from "./bench-gateway.ts";
import type { BenchActions } from "./gateway-process.ts";

/** How long a process may take to end before it is killed. */
const PATIENCE_MS = 2000;

/**
 * Starts gateways in processes of their own, so that what they and the load generator take does not mix.
 * @param execArgv what node needs to run the code where it has not been built
 */
export function createForkGateway(execArgv: readonly string[] = []): StartGateway {
  return async (settings) => {
    const child = fork(fileURLToPath(new URL(`./gateway-process${extname(import.meta.url)}`, import.meta.url)), {
      execArgv: [...execArgv],
      // Configs hold what JSON does not: sets, infinity.
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.on("error", () => {});
    const peer = connectPeer<BenchActions>(linkTo(child), {});
    const stop = async (): Promise<void> => {
      await peer.call("stop", undefined).catch(() => {});
      if (child.connected) child.disconnect();
      const killer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      await exited;
      clearTimeout(killer);
    };
    try {
      const port = await peer.call("start", settings);
      return { port, counts: () => peer.call("counts", undefined), stop };
    } catch (error) {
      await stop();
      throw error;
    }
  };
}

function linkTo(child: ChildProcess): Link {
  return {
    send: (message, sent) => (child.connected ? void child.send(message as object, () => sent?.()) : sent?.()),
    onMessage: (listener) => void child.on("message", listener),
    onClose: (listener) => void child.once("disconnect", listener),
  };
}
