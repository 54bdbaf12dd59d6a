import type { PeerCertificate } from "node:tls";
import type { EndpointFailure } from "./receiver.ts";

/** Why there is no connection; `message` is a phrase for logs and development error bodies. */
export class DialError extends Error {
  readonly reason: EndpointFailure["reason"] | undefined;

  constructor(message: string, reason?: EndpointFailure["reason"]) {
    super(message);
    this.reason = reason;
  }
}

interface VerifyError extends Error {
  readonly code?: string;
  /** Of a name that is not the right one. */
  readonly cert?: Partial<PeerCertificate>;
  readonly host?: string;
}

/** What Node says of certificates is for those who know OpenSSL; this is for those who have to mend it. */
const CERTIFICATE_FAULTS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is self-signed; tls: { ca } can name a copy of it to trust",
  SELF_SIGNED_CERT_IN_CHAIN: "its CA is not trusted; tls: { ca } can name the CA to trust",
  UNABLE_TO_GET_ISSUER_CERT: "its CA is not known; tls: { ca } can name the CA to trust",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its CA is not known; tls: { ca } can name the CA to trust",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its CA is not known; tls: { ca } can name the CA to trust",
  CERT_HAS_EXPIRED: "it, or its CA's, has expired",
  CERT_NOT_YET_VALID: "it is not valid yet",
};

/** The endpoint is there, but its certificate is not one that it may have. */
export function certificateError(error: VerifyError): DialError {
  let fault = CERTIFICATE_FAULTS[error.code ?? ""] ?? error.message;
  if (error.code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const names = error.cert?.subjectaltname ?? "no name";
    fault = `it is not for ${error.host ?? "the endpoint"} but for ${names}; tls: { serverName } can name the one to expect`;
  }
  return new DialError(`its certificate was not accepted: ${fault}`, "certificate");
}

/** The handshake was not completed, whatever the certificate. */
export function handshakeError(error: Error & { readonly reason?: unknown; readonly code?: unknown }): DialError {
  const reason = typeof error.reason === "string" ? error.reason : error.message;
  // The first octets of a plain HTTP answer, taken for a TLS record's version and length.
  if (/wrong version number|packet length too long/.test(reason)) {
    return new DialError("it does not speak TLS on this port", "tls");
  }
  if (/no application protocol/.test(reason)) return new DialError(NO_HTTP2, "protocol");
  if (error.code === "ECONNRESET") return new DialError("it closed the connection during the TLS handshake", "tls");
  return new DialError(`the TLS handshake failed: ${reason}`, "tls");
}

/** Said of endpoints of a service with `http2: true`. */
export const NO_HTTP2 = "it does not speak HTTP/2";

/** TCP was refused, reset or not routed. */
export function connectError(error: Error, before = ""): DialError {
  const dns = "syscall" in error && error.syscall === "getaddrinfo";
  return new DialError(before + error.message, dns ? "dns" : undefined);
}
