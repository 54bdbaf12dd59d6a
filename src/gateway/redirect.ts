import type { LocalResponse } from "../http/exchange/local-response.ts";
import type { RequestView } from "../http/exchange/request-view.ts";
import type { RedirectPlan } from "./route-plan.ts";

/** The answer of a route with `redirect`: to the URL or path as written; the query goes along where it has none. */
export function redirectResponse(plan: RedirectPlan, view: Pick<RequestView, "query">): LocalResponse {
  const location = view.query === "" || plan.to.includes("?") ? plan.to : `${plan.to}?${view.query}`;
  return { status: plan.status, fields: [["location", location]], body: "" };
}
