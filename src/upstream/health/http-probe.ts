import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps, type RequestOptions } from "node:https";
import { isIP } from "node:net";
import { formatDuration } from "../../shared/duration.ts";
import type { EndpointOrigin } from "../schema/endpoint-url.ts";
import type { StatusRange } from "../schema/health.ts";
import { familyOptions } from "../../shared/loopback-lookup.ts";
import type { Probe, ProbeRequest, ProbeResult } from "./probe.ts";
import { describeError } from "./probe.ts";

/** How https:// endpoints are checked. `ca` is PEM text, not a path. */
export interface ProbeTls {
  readonly verify: boolean;
  readonly ca?: string | undefined;
  readonly serverName?: string | undefined;
}

/** A body is read up to this size, so that the endpoint can finish its answer in peace; then it is cut off. */
const MAX_BODY_BYTES = 65_536;

/**
 * A probe that asks for `check.path` with GET on a connection of its own, and passes if the status is an expected one.
 * Redirects are not followed. The body is read and dropped; the status decides, even if the body never ends.
 */
export function createHttpProbe(tls: ProbeTls = { verify: true }): Probe {
  return (target, probe, report) => {
    let ended = false;
    let answered = false;
    let verdict: ProbeResult = { passed: false, reason: `no answer within ${formatDuration(probe.timeout)}` };
    const send = target.protocol === "https" ? requestHttps : requestHttp;
    const outgoing = send(optionsFor(target, probe, tls), (response) => {
      answered = true;
      verdict = judge(response, probe.expect);
      readAway(response, finish);
    });
    const end = (): void => {
      ended = true;
      clearTimeout(timer);
      outgoing.destroy();
    };
    const finish = (): void => {
      if (ended) return;
      end();
      report(verdict);
    };
    const timer = setTimeout(finish, probe.timeout);
    timer.unref();
    // The listener stays on after the end: a late error without one would end the process.
    outgoing.on("error", (error) => {
      if (!answered) verdict = { passed: false, reason: describeError(error) };
      finish();
    });
    outgoing.end();
    return end;
  };
}

function readAway(response: IncomingMessage, done: () => void): void {
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) done();
  });
  response.on("end", done);
  response.on("error", done);
}

function optionsFor(target: EndpointOrigin, probe: ProbeRequest, tls: ProbeTls): RequestOptions {
  const serverName = tls.serverName ?? (isIP(target.host) === 0 ? target.host : "");
  return {
    method: "GET",
    host: target.host,
    port: target.port,
    path: probe.check.kind === "http" ? probe.check.path : "/",
    // A connection per check: a kept one would not notice that nothing listens any more.
    agent: false,
    headers: { host: hostField(target), "user-agent": "gatewayctl-health", accept: "*/*", connection: "close" },
    ...familyOptions(target.host),
    ...(target.protocol === "https"
      ? { rejectUnauthorized: tls.verify, servername: serverName, ...(tls.ca === undefined ? {} : { ca: tls.ca }) }
      : {}),
  };
}

/** RFC 9110 section 7.2: the authority, without a port that is the scheme's own. */
function hostField(target: EndpointOrigin): string {
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  const usual = target.protocol === "https" ? 443 : 80;
  return target.port === usual ? host : `${host}:${target.port}`;
}

function judge(response: IncomingMessage, expect: readonly StatusRange[]): ProbeResult {
  const status = response.statusCode ?? 0;
  return { passed: expect.some(({ from, to }) => status >= from && status <= to), reason: `HTTP ${status}` };
}
