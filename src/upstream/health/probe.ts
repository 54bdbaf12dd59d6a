import type { EndpointOrigin } from "../schema/endpoint-url.ts";
import type { HealthSpec, StatusRange } from "../schema/health.ts";

/** What one probe asks, and how long it waits, in ms. */
export interface ProbeRequest {
  readonly check: HealthSpec["check"];
  readonly timeout: number;
  readonly expect: readonly StatusRange[];
}

export interface ProbeResult {
  readonly passed: boolean;
  /** "HTTP 200", "connection refused", "no answer within 1s". */
  readonly reason: string;
}

/**
 * Asks an endpoint once. Calls `report` exactly once, later than it returns and as its last act, unless the returned
 * function is called before: that ends the probe and lets go of everything it holds.
 */
export type Probe = (
  target: EndpointOrigin,
  request: ProbeRequest,
  report: (result: ProbeResult) => void,
) => () => void;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  ENOTFOUND: "name not found",
  EAI_AGAIN: "name lookup failed",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "network unreachable",
  ETIMEDOUT: "connection timed out",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate's CA is not trusted",
  UNABLE_TO_GET_ISSUER_CERT: "certificate's CA is not known",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate's CA is not known",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate's CA is not known",
  CERT_HAS_EXPIRED: "certificate has expired",
  CERT_NOT_YET_VALID: "certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate is for another name",
  EPROTO: "does not speak TLS",
  ERR_SSL_WRONG_VERSION_NUMBER: "does not speak TLS",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "does not speak TLS",
};

/** A connection's error in plain words. Where several addresses were tried, the first one's error speaks for all. */
export function describeError(error: Error & { code?: unknown; errors?: unknown }): string {
  const first: unknown = Array.isArray(error.errors) ? error.errors[0] : undefined;
  const code = error.code ?? (first as { code?: unknown } | undefined)?.code;
  if (typeof code !== "string") return error.message || error.name;
  return REASONS[code] ?? code;
}
