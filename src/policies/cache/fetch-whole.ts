import type { Answer, Fields } from "../../exchange/answer.ts";
import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import { type ForwardReason, forwardStatus } from "./cache-status.ts";
import { fieldsToPass } from "./stored-fields.ts";

/**
 * Asks once more, without conditions: a 304 has come that is about another response than the stored one, and the client has
 * none that it could be about.
 */
export async function fetchWhole(exchange: PolicyExchange, limit: number, fwd: ForwardReason): Promise<Answer> {
  const { requestFields } = exchange;
  for (const name of ["if-none-match", "if-modified-since"]) requestFields.remove(name);
  const response = await exchange.sendAgain([], limit);
  const said: Fields = [["cache-status", forwardStatus({ fwd })]];
  if (response === undefined || response.status === 304) {
    return { kind: "problem", code: "GW0536", detail: "What is stored could not be validated.", fields: said };
  }
  const { status, headers, body } = response;
  return {
    kind: "response",
    status,
    fields: [...fieldsToPass(headers), ...said],
    body,
    dated: headers.has("date"),
  };
}
