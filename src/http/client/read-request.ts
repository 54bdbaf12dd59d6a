import type { ForwardingFields } from "../exchange/forwarding-fields.ts";
import type { Refusal, RequestView } from "../exchange/request-view.ts";
import { refuseByFields } from "./request-checks.ts";

/**
 * Reads what a scanned head says: method, target, host, and where the client is.
 * @returns why the request is refused, or `undefined`
 */
export function readRequest(view: RequestView, forwarding: ForwardingFields): Refusal | undefined {
  const refusal = view.read() ?? refuseByFields(view, forwarding.facts.instance);
  const origin = forwarding.origin(view);
  if (origin !== undefined) {
    view.clientIp = origin.clientIp;
    view.scheme = origin.scheme;
  }
  return refusal;
}
