import type { StateChange } from "../../exchange/state-connection.ts";
import type { Logger } from "../../telemetry/event-log.ts";

/** Writes to the event log that the Redis of `state` has gone, and what becomes of limits meanwhile; and that it is back. */
export function logState(log: Logger): (change: StateChange) => void {
  return ({ store, isUp, reason }) => {
    if (isUp) log.info({ state: store }, "Redis is back: rate limits are counted there again");
    else log.warn({ state: store }, `Redis is gone: ${reason}; until it is back, each process counts for itself`);
  };
}
