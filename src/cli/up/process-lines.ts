import { constants } from "node:os";
import type { OutputStream, ProcessEvent } from "../../processes/events.ts";
import type { Logger } from "../../telemetry/event-log.ts";

/** Writes what the services that gatewayctl runs say, and what becomes of them, to the event log. */
export function logProcesses(log: Logger): {
  onOutput(service: string, instance: number, stream: OutputStream, line: string): void;
  onEvent(event: ProcessEvent): void;
} {
  return {
    onOutput: (service, instance, stream, line) => {
      const fields = { service, instance, stream };
      if (stream === "stderr") log.warn(fields, line);
      else log.info(fields, line);
    },
    onEvent: (event) => {
      const { service, instance } = event;
      const fields = { service, instance, port: event.port };
      switch (event.type) {
        case "starting":
          return log.debug({ ...fields, pid: event.pid }, "starting");
        case "ready":
          return log.info({ ...fields, pid: event.pid }, `ready after ${Math.round(event.afterMs)} ms`);
        case "exited":
          return event.expected ? log.debug(fields, "ended") : log.warn(fields, `ended: ${exitText(event)}`);
        case "restarting":
          return log.info(
            fields,
            event.cause === "change" ? "restarting: a file changed" : `restarting in ${event.inMs} ms`,
          );
        case "gave-up":
          return log.error(fields, `not started again: ${event.reason}`);
      }
    },
  };
}

function exitText(event: Extract<ProcessEvent, { type: "exited" }>): string {
  if ("reason" in event && typeof event.reason === "string") return event.reason;
  if (event.signal !== null && event.signal !== undefined) return `signal ${event.signal}`;
  // The shell that runs the command tells of a signal by 128 and its number.
  const signal = Object.entries(constants.signals).find(([, number]) => number === (event.code ?? 0) - 128)?.[0];
  return `exit code ${event.code}${signal === undefined ? "" : ` (${signal})`}`;
}
