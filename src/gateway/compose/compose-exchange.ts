import type { CollectedResponse } from "../../exchange/collected-response.ts";
import type { HttpExchange } from "../../http/exchange/http-exchange.ts";
import { bodyOctets } from "../../http/exchange/local-response.ts";
import { FieldEditList } from "../../http/head/field-edit-list.ts";
import { copyHead } from "../../http/head/message-head.ts";
import type { RouteMatch } from "../../routing/match-result.ts";
import { respondProblem } from "../answers.ts";
import type { Marks } from "../marks.ts";
import { PairHeaders } from "../pair-headers.ts";
import type { PolicyRun } from "../policy-run.ts";
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

/**
 * Composes the response to an exchange's request once more, for a cache: see `PolicyExchange.sendAgain`. It goes on when
 * the exchange is over, and so keeps nothing of it.
 */
export function composeAgain(
  exchange: Exchange,
  { composing }: ComposePlan,
  { captures }: RouteMatch,
  run: PolicyRun,
  gateway: ComposingGateway,
  limit: number,
): Promise<CollectedResponse | undefined> {
  const { method, view } = exchange;
  if (!composing.methods.includes(method) || method === "OPTIONS") return Promise.resolve(undefined);
  const head = copyHead(view.head);
  const edits = new FieldEditList();
  edits.restore(run.requestFields.mark());
  const subject = {
    view: { authority: view.authority, head },
    headers: head,
    query: run.query,
    captures,
    principal: run.principal,
    origin: exchange.origin,
    edits,
    body: undefined,
    timings: false,
  };
  return new Promise((settle) => {
    new Composition(composing, subject, gateway, (composed) => {
      if (composed.kind === "problem") return settle(undefined);
      const { response } = composed;
      const body = method === "HEAD" ? Buffer.alloc(0) : bodyOctets(response);
      settle(
        body.length > limit ? undefined : { status: response.status, headers: new PairHeaders(response.fields), body },
      );
    }).start();
  });
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
