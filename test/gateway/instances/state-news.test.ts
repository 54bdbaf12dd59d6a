import { expect, it } from "vitest";
import type { StateChange } from "../../../src/exchange/state-connection.ts";
import { StateNews } from "../../../src/gateway/instances/state-news.ts";

const GONE: StateChange = { store: "redis://a:1", isUp: false, reason: "it has closed the connection" };
const BACK: StateChange = { store: "redis://a:1", isUp: true };

it("says once that the store has gone, and that it is back when all say so", () => {
  const told: boolean[] = [];
  const news = new StateNews(({ isUp }) => told.push(isUp));
  news.hear(1, GONE);
  news.hear(2, GONE);
  expect(told).toEqual([false]);
  news.hear(1, BACK);
  expect(told).toEqual([false]);
  news.hear(2, BACK);
  expect(told).toEqual([false, true]);
  news.hear(2, GONE);
  news.forget(2);
  news.hear(1, GONE);
  expect(told).toEqual([false, true, false, false]);
});
