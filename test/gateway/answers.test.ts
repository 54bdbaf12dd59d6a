import { expect, it } from "vitest";
import { respondProblem } from "../../src/gateway/answers.ts";
import type { LocalResponse } from "../../src/http/exchange/local-response.ts";
import type { HttpExchange } from "../../src/http/exchange/http-exchange.ts";

/** What of an exchange an answer depends on; it keeps the answer. */
function exchangeOf(given: Partial<HttpExchange<unknown>> = {}) {
  const sent: LocalResponse[] = [];
  const exchange = {
    code: undefined,
    requestId: "id-1",
    routeName: "r",
    serviceName: "users",
    endpointId: undefined as string | undefined,
    development: true,
    requestHeader: () => undefined,
    respond: (response: LocalResponse) => void sent.push(response),
    ...given,
  };
  return { exchange: exchange as unknown as HttpExchange<unknown>, sent };
}

it("answers once, with the code noted for the log", () => {
  const { exchange, sent } = exchangeOf();
  respondProblem(exchange, "GW0302", { detail: "none", fields: [["retry-after", "1"]], close: true });
  expect(exchange.code).toBe("GW0302");
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ close: true, fields: expect.arrayContaining([["retry-after", "1"]]) });
  expect(JSON.parse(String(sent[0]?.body))).toMatchObject({
    code: "GW0302",
    detail: "none",
    requestId: "id-1",
    route: "r",
  });
});

it.each([
  [{ endpointId: "http://localhost:1" }, 'next-hop="users; http://localhost:1"'],
  [{}, 'next-hop="users"'],
])("names what was asked as far as it is known: %j", (given, expected) => {
  const { exchange, sent } = exchangeOf(given);
  respondProblem(exchange, "GW0302");
  expect(sent[0]?.fields.find(([name]) => name === "proxy-status")?.[1]).toContain(expected);
});

it("names nothing before a service is known, nor where it must not", () => {
  for (const given of [{ serviceName: undefined }, { development: false }]) {
    const { exchange, sent } = exchangeOf(given);
    respondProblem(exchange, "GW0302");
    expect(sent[0]?.fields.find(([name]) => name === "proxy-status")?.[1]).not.toContain("next-hop");
  }
});

it("makes a page for a browser", () => {
  const { exchange, sent } = exchangeOf({
    requestHeader: (name: string) => (name === "accept" ? "text/html" : undefined),
  });
  respondProblem(exchange, "GW0201");
  expect(sent[0]?.body).toMatch(/^<!doctype html>/);
});
