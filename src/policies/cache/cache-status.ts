/** Why a request goes on to the service (RFC 9211 section 2.2). */
export type ForwardReason = "bypass" | "method" | "uri-miss" | "vary-miss" | "request" | "stale";

/** What has become of a request that went on. */
export interface ForwardStatus {
  readonly fwd: ForwardReason;
  /** Where it is not what the client gets. */
  readonly fwdStatus?: number | undefined;
  readonly stored?: boolean;
  readonly collapsed?: boolean;
  /** In seconds. */
  readonly ttl?: number | undefined;
  readonly detail?: string;
}

const NAME = "gatewayctl";

/** What Cache-Status says of an answer from the store (RFC 9211). */
export function hitStatus(ttl: number, detail?: string): string {
  return `${NAME}; hit; ttl=${ttl}${detail === undefined ? "" : `; detail=${detail}`}`;
}

/** What Cache-Status says of a request that went on. */
export function forwardStatus({ fwd, fwdStatus, stored, collapsed, ttl, detail }: ForwardStatus): string {
  let text = `${NAME}; fwd=${fwd}`;
  if (fwdStatus !== undefined) text += `; fwd-status=${fwdStatus}`;
  if (stored === true) text += "; stored";
  if (collapsed === true) text += "; collapsed";
  if (ttl !== undefined) text += `; ttl=${ttl}`;
  return detail === undefined ? text : `${text}; detail=${detail}`;
}

/** Of an answer that is neither from the store nor from the service. */
export function refusedStatus(detail: string): string {
  return `${NAME}; detail=${detail}`;
}
