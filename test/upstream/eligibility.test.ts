import { describe, expect, it } from "vitest";
import type { EligibilityFacts } from "../../src/upstream/eligibility.ts";
import { chooseEligible, eligibilityReason } from "../../src/upstream/eligibility.ts";

interface Facts extends EligibilityFacts {
  name: string;
  reason: string | undefined;
}

/** "a" healthy, "a!" failed checks, "a?" unknown, "a#" refused a connection, "a*" ejected, "a-" drained, "a0" weight 0; "~a" a backup. */
function endpoint(text: string): Facts {
  const backup = text.startsWith("~");
  const [name = "", mark = ""] = (backup ? text.slice(1) : text).split("");
  const bad = mark === "!" || mark === "#";
  return {
    name,
    spec: { backup },
    candidate: { weight: mark === "0" ? 0 : 1 },
    draining: mark === "-",
    health: bad ? "unhealthy" : mark === "?" ? "unknown" : "healthy",
    cause: mark === "!" ? "check" : mark === "#" ? "connect-failure" : undefined,
    reason: bad ? "HTTP 503" : undefined,
    ejection: { ejectedUntil: mark === "*" ? 9_000 : 0, ejectedBecause: mark === "*" ? "5 errors in a row" : "" },
  };
}

function choose(text: string, panicThreshold = 0.5): string {
  const { mode, eligible } = chooseEligible(text.split(" ").map(endpoint), panicThreshold);
  return `${mode}: ${eligible.map(({ name }) => name).join("")}`;
}

describe("chooseEligible", () => {
  it.each([
    ["all healthy", "a b c", "normal: abc"],
    ["unknown counts as healthy", "a? b?", "normal: ab"],
    ["1 of 3 down", "a b! c", "normal: ac"],
    ["1 of 3 ejected", "a b* c", "normal: ac"],
    ["ejected ones count as not healthy: 1 of 3 left", "a b* c!", "panic: abc"],
    ["an ejected primary leaves it to a backup", "a* ~b", "backup: b"],
    ["the only endpoint is used though it is ejected", "a*", "panic: a"],
    ["exactly at the threshold is not panic: 1 of 2", "a b!", "normal: a"],
    ["strictly below is: 1 of 3", "a b! c!", "panic: abc"],
    ["none of 3", "a! b# c!", "panic: abc"],
    ["drained and weight 0 are outside the ratio: 1 of 2 left", "a b! c- d0", "normal: a"],
    ["drained and weight 0 are not used in panic either", "a! b! c- d0", "panic: ab"],
    ["backups are not used while a primary is healthy", "a b! ~c", "normal: a"],
    ["backups are outside the ratio, even healthy ones", "a b! c! ~d ~e", "panic: abc"],
    ["healthy backups come before panic when no primary is healthy", "a! b! ~c ~d!", "backup: c"],
    ["backups step in for drained primaries", "a- b0 ~c ~d", "backup: cd"],
    ["backups all bad: panic on the primaries", "a! b! ~c!", "panic: ab"],
    ["backups only, all bad: panic on them", "a- ~c! ~d!", "panic: cd"],
    ["everything drained", "a- b-", "none: "],
  ])("%s", (_rule, given, expected) => expect(choose(given)).toBe(expected));

  it.each([
    ["the healthy one is used alone", "a b! c!", "normal: a"],
    ["none is healthy", "a! b#", "none: "],
    ["a backup still steps in", "a! b! ~c", "backup: c"],
  ])("panicThreshold 0: %s", (_rule, given, expected) => expect(choose(given, 0)).toBe(expected));

  it.each([
    ["healthy", "a", 0.5, "normal: a"],
    ["refused a connection: tried all the same", "a#", 0.5, "panic: a"],
    ["refused a connection, panic off: tried all the same", "a#", 0, "panic: a"],
    ["failed its checks", "a!", 0.5, "panic: a"],
    ["failed its checks, panic off: the user's word", "a!", 0, "none: "],
    ["the only one not drained", "a# b-", 0, "panic: a"],
  ])("a service's only endpoint: %s", (_rule, given, threshold, expected) => {
    expect(choose(given, threshold)).toBe(expected);
  });

  it("compares exactly: 7 of 100 is not below 7 %", () => {
    // 0.07 * 100 is 7.000000000000001 in floating point.
    const hundred = [...Array(7).fill("a"), ...Array(93).fill("b!")].join(" ");
    expect(choose(hundred, 0.07)).toBe("normal: aaaaaaa");
  });

  it("100 % panics as soon as one is down", () => expect(choose("a b c!", 1)).toBe("panic: abc"));
});

describe("eligibilityReason", () => {
  it.each([
    ["a-", "normal", false, "drained"],
    ["a0", "normal", false, "weight 0"],
    ["a!", "normal", false, "unhealthy: HTTP 503"],
    ["a!", "panic", true, "unhealthy: HTTP 503; used all the same, too few are healthy"],
    ["~a", "normal", false, "backup: used only when no other endpoint can be"],
    ["~a", "backup", true, "backup in use: no other endpoint is healthy"],
    ["a", "normal", true, "healthy"],
    ["a?", "normal", true, "unknown"],
  ] as const)("%s in %s", (text, mode, eligible, reason) => {
    expect(eligibilityReason(endpoint(text), mode, eligible)).toBe(reason);
  });
});
