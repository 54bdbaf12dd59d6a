import type { EventEmitter } from "node:events";
import type { Logger } from "../../telemetry/event-log.ts";

/**
 * The last guard of "nothing can crash the process": what is thrown where no exchange could be ended for it is told,
 * and the gateway serves on. Returns what takes the guard off.
 */
export function keepServing(log: Pick<Logger, "error">, from: Pick<EventEmitter, "on" | "off"> = process): () => void {
  const onBug = (err: unknown): void => log.error({ err }, "a bug in gatewayctl; please report it");
  from.on("uncaughtException", onBug);
  return () => void from.off("uncaughtException", onBug);
}
