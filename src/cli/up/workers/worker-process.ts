// The process of a worker, started by fork-worker.ts: serves what the process that started it tells it to.
import cluster from "node:cluster";
import type { Link } from "../../../gateway/instances/link.ts";
import { serveInstance } from "../../../gateway/instances/serve-instance.ts";
import { EXIT } from "../../../shared/errors/entry.ts";
import { exitProcess } from "../../process-context.ts";
import { keepServing } from "../keep-serving.ts";
import { AWAKE } from "./fork-worker.ts";

const link: Link = {
  send(message, sent) {
    if (!process.connected) return sent?.();
    process.send?.(message, () => sent?.());
  },
  onMessage: (listener) => void process.on("message", listener),
  onClose: (listener) => void process.once("disconnect", listener),
};

// Whoever told it what to do is gone, killed perhaps: nobody would end it any more.
link.onClose(() => void exitProcess(EXIT.ok));
// Nobody reads its lines any more: the line to whoever did closes as well.
process.stdout.on("error", () => {});
cluster.worker?.on("error", () => process.exit(EXIT.failure));

const instance = serveInstance(link, (text, sent) => void process.stdout.write(text, sent));
keepServing(instance.log);
link.send(AWAKE);

// Ctrl-C in a terminal reaches every process there; the one that started this one sees to it that all end in order.
process.on("SIGINT", () => {});
process.once("SIGTERM", () => {
  void instance.leave().finally(() => void exitProcess(EXIT.ok));
});
