import type { ErrorCode } from "../../shared/errors/gateway-error.ts";
import type { RequestView, Refusal } from "../exchange/request-view.ts";
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
  const expect = head.indexOfKind(FIELD.EXPECT);
  if (expect >= 0 && head.value(expect).toLowerCase() !== "100-continue") {
    return { code: "GW0212", detail: "The only expectation known is 100-continue." };
  }
  const via = head.indexOfKind(FIELD.VIA);
  if (via >= 0 && (head.get("via") ?? "").includes(instance)) {
    return { code: "GW0210", detail: `The request has passed ${instance} before.` };
  }
  return undefined;
}
