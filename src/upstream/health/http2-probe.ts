import { type ClientHttp2Session, connect, constants } from "node:http2";
import type { Socket } from "node:net";
import type { EndpointOrigin } from "../schema/endpoint-url.ts";
import { describeError, type Probe, type ProbeRequest } from "./probe.ts";
import { judgeStatus, MAX_PROBE_BODY, PROBE_FIELDS, probeAuthority } from "./probe-answer.ts";
import { type ProbeRun, runProbe } from "./probe-run.ts";
import { openProbeSocket, type ProbeWire } from "./probe-socket.ts";

/**
 * A probe in HTTP/2, on a connection of its own: h2c with prior knowledge, or h2 over TLS. Asks for `check.path` with
 * GET and passes if the status is an expected one; a TCP check passes if the endpoint answers the connection preface
 * (RFC 9113 section 3.4), for a port that is open but speaks something else can serve nobody.
 */
export function createHttp2Probe(wire: ProbeWire): Probe {
  return (target, request, report) => {
    let session: ClientHttp2Session | undefined;
    const what = request.check.kind === "http" ? "answer" : "HTTP/2 connection";
    const release = (): void => {
      session?.destroy();
      close();
    };
    const run = runProbe(request.timeout, what, release, report);
    const onReady = (socket: Socket): void => {
      session = begin(socket, target, request, run);
    };
    const close = openProbeSocket(target, wire, ["h2"], onReady, (error) => run.finish(false, reasonOf(error)));
    return run.cancel;
  };
}

function begin(socket: Socket, target: EndpointOrigin, request: ProbeRequest, run: ProbeRun): ClientHttp2Session {
  const session = connect(`${target.protocol}://${probeAuthority(target)}`, { createConnection: () => socket });
  let spoke = false;
  session.on("remoteSettings", () => {
    spoke = true;
    if (request.check.kind === "tcp") run.finish(true, "accepts HTTP/2 connections");
  });
  // The listener stays on after the end: a late error without one would end the process.
  session.on("error", (error) => run.finish(false, reasonOf(error)));
  session.on("close", () => run.finish(false, spoke ? "connection closed" : "does not speak HTTP/2"));
  if (request.check.kind === "http") ask(session, request.check.path, target, request, run);
  return session;
}

function ask(
  session: ClientHttp2Session,
  path: string,
  target: EndpointOrigin,
  request: ProbeRequest,
  run: ProbeRun,
): void {
  const stream = session.request(
    { ":method": "GET", ":path": path, ":authority": probeAuthority(target), ...PROBE_FIELDS },
    { endStream: true },
  );
  let octets = 0;
  let finish = (reason: string): void => run.finish(false, reason);
  stream.on("response", (fields) => {
    const verdict = judgeStatus(fields[":status"] ?? 0, request.expect);
    finish = () => run.finish(verdict.passed, verdict.reason);
  });
  stream.on("data", (chunk: Buffer) => {
    octets += chunk.length;
    if (octets > MAX_PROBE_BODY) finish("");
  });
  stream.on("error", (error) => finish(reasonOf(error)));
  stream.on("close", () => finish("no answer"));
}

/** What Node says when the octets that come are no HTTP/2 frames, and when TLS finds no common protocol. */
function reasonOf(error: NodeJS.ErrnoException & { readonly errno?: number }): string {
  const foreign = error.code === "ERR_HTTP2_ERROR" || error.code === "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL";
  const protocol = error.code === "ERR_HTTP2_SESSION_ERROR" && error.message.includes(PROTOCOL_ERROR);
  return foreign || protocol ? "does not speak HTTP/2" : describeError(error);
}

const PROTOCOL_ERROR = String(constants.NGHTTP2_PROTOCOL_ERROR);
