import { describe, expect, it } from "vitest";
import { applyAnswer, applyCheck, applyConnectFailure, unknownHealth } from "../../../src/upstream/health/state.ts";

/** Plays "p" (passed), "f" (failed), "c" (connect failure), "a" (answer); the health after each, as its first letter. */
function play(events: string, rule: { rise: number; fall: number }): string {
  const record = unknownHealth(0);
  return events
    .split("")
    .map((event, at) => {
      if (event === "p" || event === "f") applyCheck(record, event === "p", "x", rule, at);
      else if (event === "c") applyConnectFailure(record, "x", at);
      else applyAnswer(record, "x", at);
      return record.health === "healthy" ? "H" : record.health === "unhealthy" ? "U" : "?";
    })
    .join("");
}

describe("health of an endpoint", () => {
  it.each([
    ["the first pass makes the unknown healthy", "p", 3, 2, "H"],
    ["unknown stays eligible until `fall` failures", "ff", 1, 2, "?U"],
    ["healthy falls after `fall` failures in a row", "pff", 1, 2, "HHU"],
    ["a pass between failures starts the count anew", "pfpff", 1, 2, "HHHHU"],
    ["fall 1: the first failure is enough", "pf", 1, 1, "HU"],
    ["unhealthy rises after `rise` passes in a row", "fppp", 3, 1, "UUUH"],
    ["a failure between passes starts the count anew", "fppfppp", 3, 1, "UUUUUUH"],
    ["a connect failure puts aside at once, whatever checks said", "pc", 1, 9, "HU"],
    ["… and passes from before it do not count", "ppcpp", 2, 9, "HHUUH"],
    ["an answer brings back at once", "ca", 1, 2, "UH"],
  ])("%s", (_rule, events, rise, fall, expected) => expect(play(events, { rise, fall })).toBe(expected));

  it("keeps why, since when, and what proved it", () => {
    const record = unknownHealth(5);
    expect(applyConnectFailure(record, "connection refused", 10)).toBe(true);
    expect(record).toMatchObject({ cause: "connect-failure", reason: "connection refused", since: 10 });
    expect(applyConnectFailure(record, "connection refused", 20)).toBe(false);
    expect(record.since).toBe(10);
    expect(applyCheck(record, false, "HTTP 503", { rise: 1, fall: 1 }, 30)).toBe(false);
    expect(record).toMatchObject({ cause: "check", reason: "HTTP 503", since: 10 });
    expect(applyAnswer(record, "answers", 40)).toBe(true);
    expect(record).toMatchObject({ health: "healthy", cause: undefined, since: 40 });
  });
});
