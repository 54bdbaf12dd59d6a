import { expect, it } from "vitest";
import type { GatewayService } from "../../src/gateway/gateway-service.ts";
import { Holding } from "../../src/gateway/holding.ts";
import { Marks } from "../../src/gateway/marks.ts";
import type { HttpExchange } from "../../src/http/exchange/http-exchange.ts";

/** What of an exchange and of a service `Holding` looks at. */
const exchangeOf = () => ({ marks: new Marks(), undecided: true });
const serviceOf = (holdMs: number) => ({ starting: true, holdMs });

function held(service = serviceOf(1000), exchange = exchangeOf()) {
  const holding = new Holding();
  holding.hold(exchange as HttpExchange<Marks>, service as GatewayService, 5000);
  return { holding, service, exchange };
}

it("keeps an exchange while its service starts", () => {
  const { holding } = held();
  expect(holding.sweep(5999)).toEqual({ ready: [], expired: [] });
  expect(holding.size).toBe(1);
});

it("gives it back, once, when the service is ready, however late that is noticed", () => {
  const { holding, service, exchange } = held();
  service.starting = false;
  expect(holding.sweep(7000)).toEqual({ ready: [exchange], expired: [] });
  expect(holding.size).toBe(0);
  expect(holding.sweep(7000)).toEqual({ ready: [], expired: [] });
});

it("gives it up when `hold` has passed", () => {
  const { holding, exchange } = held();
  expect(holding.sweep(6000)).toEqual({ ready: [], expired: [exchange] });
  expect(holding.size).toBe(0);
});

it("forgets an exchange whose client has gone", () => {
  const { holding, exchange } = held();
  exchange.undecided = false;
  expect(holding.sweep(6000)).toEqual({ ready: [], expired: [] });
  expect(holding.size).toBe(0);
});

it("forgets one that is already used for another request", () => {
  const { holding, service, exchange } = held();
  exchange.marks.reset();
  service.starting = false;
  expect(holding.sweep(5001)).toEqual({ ready: [], expired: [] });
  expect(holding.size).toBe(0);
});

it("keeps the order of arrival, and what waits for another service", () => {
  const ready = serviceOf(1000);
  const other = serviceOf(60_000);
  const [a, b, c] = [exchangeOf(), exchangeOf(), exchangeOf()];
  const holding = new Holding();
  for (const [exchange, service] of [
    [a, ready],
    [b, other],
    [c, ready],
  ] as const) {
    holding.hold(exchange as HttpExchange<Marks>, service as GatewayService, 0);
  }
  ready.starting = false;
  expect(holding.sweep(1).ready).toEqual([a, c]);
  expect(holding.size).toBe(1);
});
