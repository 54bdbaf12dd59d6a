import type { Fields } from "../../exchange/answer.ts";
import type { CollectedResponse } from "../../exchange/collected-response.ts";
import type { HttpExchange } from "../../http/exchange/http-exchange.ts";
import { FieldEditList } from "../../http/head/field-edit-list.ts";
import type { RouteMatch } from "../../routing/match-result.ts";
import type { PolicyRun } from "../policy-run.ts";
import { reshape, UNUSABLE } from "../reshape.ts";
import type { ForwardPlan } from "../route-plan.ts";
import type { InternalCalls } from "./internal-calls.ts";

/** A cache that serves what is stale asks for each of its entries once: so many at a time are more than a machine answers. */
export const MOST_REVALIDATIONS = 1_000;

/**
 * Of the request as it came, what does not go on when it is sent again: its body, and what asks for a part of the response
 * or for none. Whoever sends it says what it wants instead.
 */
const NOT_AGAIN = [
  "content-length",
  "content-type",
  "content-encoding",
  "content-language",
  "expect",
  "range",
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
  "if-range",
];

/** Sends an exchange's request to its service once more, without its body: see `PolicyExchange.sendAgain`. */
export function sendAgain(
  calls: InternalCalls,
  exchange: HttpExchange<unknown>,
  plan: ForwardPlan,
  match: RouteMatch,
  run: PolicyRun,
  fields: Fields,
  limit: number,
): Promise<CollectedResponse | undefined> {
  const { view } = exchange;
  const reshaped = reshape(plan, view, match, run);
  if (reshaped === UNUSABLE || calls.countOf("revalidation") >= MOST_REVALIDATIONS) return Promise.resolve(undefined);
  const edits = new FieldEditList();
  // The run is used for other requests later.
  edits.restore(run.requestFields.mark());
  for (const name of NOT_AGAIN) edits.remove(name);
  for (const [name, value] of fields) edits.set(name, value);
  const task = {
    purpose: "revalidation" as const,
    plan,
    match,
    request: { origin: exchange.origin, head: view.head.text, body: undefined, limit, keepsBody: true },
    rewrite: { target: reshaped?.target, host: reshaped?.host, fields: edits },
    principal: run.principal,
  };
  return new Promise((settle) => {
    calls.send(task, (result) => {
      if (result.kind === "failure") return settle(undefined);
      const { status, headers, body } = result;
      settle({ status, headers, body });
    });
  });
}
