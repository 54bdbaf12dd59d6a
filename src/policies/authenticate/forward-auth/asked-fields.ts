import type { PolicyExchange } from "../../../exchange/policy-exchange.ts";

/** What goes on of a client's own: its credentials, and what an auth service may answer by. */
const PASSED_ON = ["authorization", "accept", "accept-language", "user-agent"] as const;

/**
 * What an auth service is told of a request. X-Forwarded-* are the gateway's word, whatever the client has sent; the path is
 * the one that routes were matched by.
 */
export function askedFields({ request, requestId }: PolicyExchange): Record<string, string> {
  const { method, scheme, host, path, query, clientIp, headers } = request;
  const fields: Record<string, string> = {
    "x-forwarded-method": method,
    "x-forwarded-proto": scheme,
    "x-forwarded-host": hostAndPort(host, headers.get("host")),
    "x-forwarded-uri": visible(query === "" ? path : `${path}?${query}`),
    "x-forwarded-for": clientIp,
    "x-request-id": requestId,
  };
  for (const name of PASSED_ON) {
    const value = headers.get(name);
    if (value !== undefined) fields[name] = value;
  }
  // HTTP/2 may send a cookie a field (RFC 9113 section 8.2.3).
  const cookies = headers.getAll("cookie");
  if (cookies.length > 0) fields["cookie"] = cookies.join("; ");
  return fields;
}

/** The port is only in the Host field, which does not count where the target names another host (RFC 9112 section 3.2.2). */
function hostAndPort(host: string, field: string | undefined): string {
  return field?.replace(/:\d+$/, "").toLowerCase() === host ? field : host;
}

/** Octets that a target should not have, percent-encoded. */
function visible(target: string): string {
  return target.replace(
    /[^\x21-\x7e]/g,
    (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
