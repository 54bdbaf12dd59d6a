import type { EventEmitter } from "node:events";
import type { Logger } from "../../telemetry/event-log.ts";

type Emitter = Pick<EventEmitter, "on" | "off" | "listeners">;
type Listener = (...args: unknown[]) => void;

const BUGS = ["uncaughtException", "unhandledRejection"] as const;

/**
 * The last guard of "nothing can crash the process": what is thrown where no exchange could be ended for it is told,
 * and the gateway serves on. Whoever else listens, to end the process for it, is not asked meanwhile. Returns what
 * takes the guard off.
 */
export function keepServing(log: Pick<Logger, "error">, from: Emitter = process): () => void {
  const onBug = (err: unknown): void => log.error({ err }, "a bug in gatewayctl; please report it");
  const others = BUGS.map((event) => [event, from.listeners(event) as Listener[]] as const);
  for (const [event, listeners] of others) {
    for (const listener of listeners) from.off(event, listener);
    from.on(event, onBug);
  }
  return () => {
    for (const [event, listeners] of others) {
      from.off(event, onBug);
      for (const listener of listeners) from.on(event, listener);
    }
  };
}
