import type { EndpointOrigin } from "../schema/endpoint-url.ts";
import type { StatusRange } from "../schema/health.ts";
import type { ProbeResult } from "./probe.ts";

/** What an HTTP check asks with, whatever the HTTP version. */
export const PROBE_FIELDS = { "user-agent": "gatewayctl-health", accept: "*/*" } as const;

/** A body is read up to this size, so that the endpoint can finish its answer in peace; then it is cut off. */
export const MAX_PROBE_BODY = 65_536;

/** RFC 9110 section 7.2: the authority, without a port that is the scheme's own. */
export function probeAuthority(target: EndpointOrigin): string {
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  const usual = target.protocol === "https" ? 443 : 80;
  return target.port === usual ? host : `${host}:${target.port}`;
}

export function judgeStatus(status: number, expect: readonly StatusRange[]): ProbeResult {
  return { passed: expect.some(({ from, to }) => status >= from && status <= to), reason: `HTTP ${status}` };
}
