import { type IncomingMessage, request as requestHttp, type RequestOptions } from "node:http";
import type { Socket } from "node:net";
import { formatDuration } from "../../shared/duration.ts";
import type { EndpointOrigin } from "../schema/endpoint-url.ts";
import type { Probe, ProbeRequest, ProbeResult } from "./probe.ts";
import { describeError } from "./probe.ts";
import { judgeStatus, MAX_PROBE_BODY, PROBE_FIELDS, probeAuthority } from "./probe-answer.ts";
import { openProbeSocket, type ProbeWire } from "./probe-socket.ts";

/**
 * A probe that asks for `check.path` with GET on a connection of its own, and passes if the status is an expected one.
 * Redirects are not followed. The body is read and dropped; the status decides, even if the body never ends.
 */
export function createHttpProbe(wire: ProbeWire): Probe {
  return (target, probe, report) => {
    let ended = false;
    let answered = false;
    let verdict: ProbeResult = { passed: false, reason: `no answer within ${formatDuration(probe.timeout)}` };
    let close = (): void => {};
    // A connection per check: a kept one would not notice that nothing listens any more.
    const createConnection = (_: unknown, done: (error: Error | null, socket: Socket) => void): undefined => {
      close = openProbeSocket(target, wire, ["http/1.1"], (socket) => done(null, socket), failed);
    };
    const failed = (error: Error): void => {
      if (!answered) verdict = { passed: false, reason: describeError(error) };
      finish();
    };
    const outgoing = requestHttp({ ...optionsFor(target, probe), createConnection }, (response) => {
      answered = true;
      verdict = judgeStatus(response.statusCode ?? 0, probe.expect);
      readAway(response, finish);
    });
    const end = (): void => {
      ended = true;
      clearTimeout(timer);
      outgoing.destroy();
      close();
    };
    const finish = (): void => {
      if (ended) return;
      end();
      report(verdict);
    };
    const timer = setTimeout(finish, probe.timeout);
    timer.unref();
    // The listener stays on after the end: a late error without one would end the process.
    outgoing.on("error", failed);
    outgoing.end();
    return end;
  };
}

function readAway(response: IncomingMessage, done: () => void): void {
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_PROBE_BODY) done();
  });
  response.on("end", done);
  response.on("error", done);
}

function optionsFor(target: EndpointOrigin, probe: ProbeRequest): RequestOptions {
  return {
    method: "GET",
    path: probe.check.kind === "http" ? probe.check.path : "/",
    headers: { host: probeAuthority(target), ...PROBE_FIELDS, connection: "close" },
  };
}
