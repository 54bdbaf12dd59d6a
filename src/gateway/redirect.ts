import type { LocalResponse } from "../http/exchange/local-response.ts";
import type { RequestView } from "../http/exchange/request-view.ts";
import type { RedirectPlan } from "./route-plan.ts";

/**
 * The answer of a route with `redirect`: to the URL or path as written; the query goes along where it has none, in front
 * of the fragment.
 */
export function redirectResponse(plan: RedirectPlan, view: Pick<RequestView, "query">): LocalResponse {
  const [, target = "", fragment = ""] = /^([^#]*)(.*)$/s.exec(plan.to) ?? [];
  const location = view.query === "" || target.includes("?") ? plan.to : `${target}?${view.query}${fragment}`;
  return { status: plan.status, fields: [["location", location]], body: "" };
}
