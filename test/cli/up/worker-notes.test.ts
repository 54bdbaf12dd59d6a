import { expect, it } from "vitest";
import { workerNotes } from "../../../src/cli/up/worker-notes.ts";
import { configOf } from "../../helpers/gateway.ts";

const LIMITED = { rateLimit: { limit: 9, window: "1m" } };
const notesOf = (policies: object, workers: number, raw: object = {}): string[] =>
  workerNotes(configOf({ routes: [{ match: "/", respond: { status: 204 }, policies }], ...raw }), workers);

it("says what workers do not count together, and what makes them", () => {
  expect(notesOf(LIMITED, 2)).toEqual([
    "each counts rate limits for itself, 2 times the limit in all; with `state: redis://…`, together",
  ]);
  expect(notesOf({ rateLimit: [{ limit: 9, window: "1m", by: "consumer" }] }, 3).join()).toContain("3 times the limit");
  expect(notesOf({}, 2, { policies: LIMITED })).toHaveLength(1);
  expect(notesOf({ concurrency: { limit: 2 } }, 2)).toEqual([
    "each counts `concurrency` for itself, 2 times the limit in all",
  ]);
});

it("says nothing where there is one, where there are no limits, and where Redis counts", () => {
  expect(notesOf({ ...LIMITED, concurrency: { limit: 2 } }, 1)).toEqual([]);
  expect(notesOf({}, 4)).toEqual([]);
  expect(notesOf(LIMITED, 4, { state: "redis://localhost" })).toEqual([]);
});
