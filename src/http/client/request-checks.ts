import type { ErrorCode } from "../../shared/errors/gateway-error.ts";
import type { RequestView, Refusal } from "../exchange/request-view.ts";
import { viaNames } from "../exchange/via.ts";
import { FIELD } from "../head/field-kind.ts";
import type { FaultKind, MessageHead } from "../head/message-head.ts";

/** May the client's connection be used again after this request (RFC 9112 section 9.3)? */
export function isPersistent(head: MessageHead): boolean {
  const modern = head.minorVersion === 1;
  const at = head.indexOfKind(FIELD.CONNECTION);
  if (at < 0) return modern;
  // What nearly every client says, told without looking any further; of several lines, any may say close.
  if (modern && head.value(at) === "close") return false;
  const options = (head.get("connection") ?? "").toLowerCase().split(",");
  const has = (wanted: string): boolean => options.some((option) => option.trim() === wanted);
  return modern ? !has("close") : has("keep-alive") && !has("close");
}

/** The code of a head or framing that breaks the rules. */
export function faultCode(kind: FaultKind): ErrorCode {
  switch (kind) {
    case "too-large":
      return "GW0205";
    case "target-too-long":
      return "GW0209";
    case "version":
      return "GW0208";
    case "coding":
      return "GW0213";
    default:
      return "GW0203";
  }
}

/** A request that is well-formed, but that no gateway would route. */
export function refuseByFields({ head, method }: RequestView, instance: string): Refusal | undefined {
  if (method === "TRACE") return { code: "GW0211", detail: "TRACE would echo what proxies added." };
  if (head.indexOfKind(FIELD.EXPECT) >= 0 && !isExpectationKnown(head)) {
    return { code: "GW0212", detail: "The only expectation known is 100-continue." };
  }
  for (let at = head.indexOfKind(FIELD.VIA); at >= 0; at = head.indexOfKind(FIELD.VIA, at + 1)) {
    if (!viaNames(head.value(at), instance)) continue;
    return { code: "GW0210", detail: `The request has passed ${instance} before.` };
  }
  return undefined;
}

/** RFC 9110 section 10.1.1: in HTTP/1.0 there are no expectations. */
function isExpectationKnown(head: MessageHead): boolean {
  if (head.minorVersion === 0) return true;
  return (head.get("expect") ?? "").split(",").every((each) => /^\s*(?:100-continue)?\s*$/i.test(each));
}
