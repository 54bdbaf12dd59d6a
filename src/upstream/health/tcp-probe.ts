import { connect } from "node:net";
import { formatDuration } from "../../shared/duration.ts";
import { familyOptions } from "../../shared/loopback-lookup.ts";
import type { Probe } from "./probe.ts";
import { describeError } from "./probe.ts";

/** Passes if the endpoint accepts a connection within the timeout. Nothing is sent. */
export const tcpProbe: Probe = (target, request, report) => {
  const socket = connect({ host: target.host, port: target.port, ...familyOptions(target.host) });
  let reported = false;
  const finish = (passed: boolean, reason: string): void => {
    if (reported) return;
    end();
    report({ passed, reason });
  };
  const end = (): void => {
    reported = true;
    clearTimeout(timer);
    socket.destroy();
  };
  const timer = setTimeout(() => {
    finish(false, `no connection within ${formatDuration(request.timeout)}`);
  }, request.timeout);
  timer.unref();
  socket.on("connect", () => finish(true, "accepts connections"));
  // The listener stays on after the end: a late error without one would end the process.
  socket.on("error", (error) => finish(false, describeError(error)));
  return end;
};
