import type { HeaderReader } from "../../src/exchange/header-reader.ts";
import type { RequestFacts } from "../../src/exchange/request-facts.ts";

/** Facts of a GET of / from 127.0.0.1, but for what is given. */
export function facts(
  given: Partial<Omit<RequestFacts, "headers">> = {},
  fields: readonly (readonly [name: string, value: string])[] = [],
): RequestFacts {
  const getAll = (name: string): string[] => fields.filter(([known]) => known === name).map(([, value]) => value);
  const headers: HeaderReader = {
    get: (name) => (getAll(name).length === 0 ? undefined : getAll(name).join(name === "cookie" ? "; " : ", ")),
    getAll,
    has: (name) => getAll(name).length > 0,
    entries: () => fields.map(([name, value]) => [name, value]),
  };
  return {
    method: "GET",
    host: "a.test",
    path: "/",
    query: "",
    clientIp: "127.0.0.1",
    scheme: "http",
    ...given,
    headers,
  };
}
