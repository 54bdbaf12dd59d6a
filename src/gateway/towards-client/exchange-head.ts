import type { HttpExchange } from "../../http/exchange/http-exchange.ts";
import type { MessageHead } from "../../http/head/message-head.ts";
import type { Marks } from "../marks.ts";
import { clientView } from "./client-view.ts";
import { headTowardsClient } from "./head.ts";

/** An endpoint's response head as the exchange's client is to have it. */
export function exchangeHead(exchange: HttpExchange<Marks>, head: MessageHead): MessageHead {
  const { plan, match, endpoint } = exchange.marks;
  if (plan === undefined || match === undefined || endpoint === undefined) return head;
  const { location = true, cookies = true } = plan.route.rewrite ?? {};
  if (!location && !cookies) return head;
  const { view, clientAuthority } = exchange;
  const request = { scheme: view.scheme, authority: clientAuthority, rawPath: view.rawPath };
  return headTowardsClient(head, clientView(plan, match, endpoint.attached, request), { location, cookies });
}
