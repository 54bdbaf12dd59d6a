import type { ErrorCode } from "../../shared/errors/gateway-error.ts";
import type { HttpExchange } from "../exchange/http-exchange.ts";
import type { Limits } from "../schema.ts";
import { faultCode } from "./request-checks.ts";

/** Why a request is refused; `what` ends a sentence that begins with "The request was refused:". */
export interface RequestFault {
  readonly code: ErrorCode;
  readonly what: string;
}

/** Reads how the body of a request, whose head has been scanned, is delimited, and whether it is too large from the start. */
export function readFraming(exchange: HttpExchange<unknown>, limits: Limits): RequestFault | undefined {
  const { view, framing } = exchange;
  let refused: RequestFault | undefined;
  if (!framing.readRequest(view.head))
    refused = { code: faultCode(framing.faultKind), what: `it has ${framing.fault}` };
  else if (framing.kind === "length" && framing.length > limits.bodyBytes) {
    refused = { code: "GW0206", what: `its body of ${framing.length} bytes is over the limit` };
  }
  // For the log.
  if (refused !== undefined) view.read();
  return refused;
}
