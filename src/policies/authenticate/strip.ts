import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import { queryValue } from "../../routing/query.ts";
import { type CredentialSource, isCookie } from "./sources.ts";

/** Takes credentials out of what goes on to the endpoint. */
export type Strip = (exchange: PolicyExchange) => void;

/** Takes out whatever is at these places, and nothing beside it. */
export function createStrip(sources: readonly CredentialSource[]): Strip {
  const headers = namesOf(sources, "header");
  const parameters = namesOf(sources, "query");
  const cookies = namesOf(sources, "cookie");
  return (exchange) => {
    for (let i = 0; i < headers.length; i++) exchange.requestFields.remove(headers[i] as string);
    const { query } = exchange.request;
    if (query !== "") {
      for (const name of parameters) if (queryValue(query, name) !== undefined) exchange.removeQuery(name);
    }
    if (cookies.length > 0) stripCookies(exchange, cookies);
  };
}

function namesOf(sources: readonly CredentialSource[], kind: CredentialSource["in"]): string[] {
  return [...new Set(sources.filter((source) => source.in === kind).map(({ name }) => name))];
}

/** The cookies beside them stay as they were sent. */
function stripCookies({ request, requestFields }: PolicyExchange, names: readonly string[]): void {
  if (!request.headers.has("cookie")) return;
  const pairs = request.headers.getAll("cookie").flatMap((field) => field.split(";"));
  const kept = pairs.filter((pair) => !names.some((name) => isCookie(pair, name)));
  if (kept.length === pairs.length) return;
  const rest = kept.map((pair) => pair.trim()).filter((pair) => pair !== "");
  if (rest.length === 0) requestFields.remove("cookie");
  else requestFields.set("cookie", rest.join("; "));
}
