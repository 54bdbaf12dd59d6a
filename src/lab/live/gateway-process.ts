// The process of a gateway under load, started by fork-gateway.ts. It ends by itself when nothing runs in it any more.
import { connectPeer } from "../../gateway/instances/peer.ts";
import { type BenchGateway, type GatewaySettings, serveBench } from "./bench-gateway.ts";

/** What it may be asked. */
export interface BenchActions {
  /** Resolves with the port. */
  start(settings: GatewaySettings): Promise<number>;
  counts(): ReturnType<BenchGateway["counts"]>;
  stop(): Promise<void>;
}

let running: BenchGateway | undefined;

const actions: BenchActions = {
  async start(settings) {
    running = await serveBench(settings);
    return running.port;
  },
  counts() {
    if (running === undefined) throw new Error("the gateway has not been started");
    return running.counts();
  },
  stop: async () => running?.stop(),
};

connectPeer(
  {
    send: (message, sent) => (process.connected ? void process.send?.(message, () => sent?.()) : sent?.()),
    onMessage: (listener) => void process.on("message", listener),
    onClose: (listener) => void process.once("disconnect", listener),
  },
  actions,
);
// Whoever started it is done with it, or is gone itself.
process.once("disconnect", () => void running?.stop());
// Ctrl-C in a terminal reaches every process there: who started this one sees to it that it ends.
process.on("SIGINT", () => {});
