import type { HttpExchange } from "../../http/exchange/http-exchange.ts";
import type { RouteMatch } from "../../routing/match-result.ts";
import { respondProblem } from "../answers.ts";
import type { Marks } from "../marks.ts";
import type { ComposePlan } from "../route-plan.ts";
import type { Composed } from "./composed-response.ts";
import { Composition, type ComposingGateway } from "./composition.ts";

type Exchange = HttpExchange<Marks>;

/** The longest body of a client that is held for the parts that are given it. */
const MAX_BODY = 1024 * 1024;

/** Answers an exchange out of several services' answers, or with why that is not to be. */
export function composeExchange(
  exchange: Exchange,
  plan: ComposePlan,
  match: RouteMatch,
  gateway: ComposingGateway,
): void {
  const { method } = exchange;
  const { methods, takesBody } = plan.composing;
  if (method === "OPTIONS") {
    return exchange.respond({ status: 204, fields: [["allow", methods.join(", ")]], body: "" });
  }
  if (!methods.includes(method)) {
    const detail = `${method} is not among the methods that are composed here: ${methods.join(", ")}.`;
    return respondProblem(exchange, "GW0202", { detail, publicDetail: true, fields: [["allow", methods.join(", ")]] });
  }
  if (takesBody && exchange.hasBody) return composeWithBody(exchange, plan, match, gateway);
  begin(exchange, plan, match, gateway, undefined);
}

function composeWithBody(exchange: Exchange, plan: ComposePlan, match: RouteMatch, gateway: ComposingGateway): void {
  // The body may come when the client has gone.
  exchange.singleUse = true;
  exchange
    .collectBody(MAX_BODY)
    .then((body) => {
      if (exchange.over) return;
      if (body !== undefined) return begin(exchange, plan, match, gateway, body);
      const detail = `Parts are given a body of at most ${MAX_BODY / 1024} KiB.`;
      respondProblem(exchange, "GW0206", { detail, publicDetail: true });
    })
    .catch((error: unknown) => {
      if (!exchange.over) exchange.onBug(error);
    });
}

function begin(
  exchange: Exchange,
  plan: ComposePlan,
  match: RouteMatch,
  gateway: ComposingGateway,
  body: Buffer | undefined,
): void {
  const { marks, view } = exchange;
  const { run } = marks;
  const subject = {
    view,
    headers: view.head,
    query: run?.query ?? view.query,
    captures: match.captures,
    principal: run?.principal,
    origin: exchange.origin,
    edits: run?.requestFields,
    body,
    timings: exchange.development,
  };
  marks.composition = new Composition(plan.composing, subject, gateway, (composed) => answer(exchange, composed));
  marks.composition.start();
}

/** Called in the middle of an endpoint's work: what goes wrong here is this exchange's matter. */
function answer(exchange: Exchange, composed: Composed): void {
  try {
    if (composed.kind === "response") return exchange.respond(composed.response);
    const { code, detail, publicDetail } = composed;
    respondProblem(exchange, code, { detail, publicDetail });
  } catch (error) {
    exchange.onBug(error);
  }
}
