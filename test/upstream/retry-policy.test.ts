import { describe, expect, it } from "vitest";
import type { RetryFacts } from "../../src/upstream/retry-policy.ts";
import { isIdempotent, mayRetry } from "../../src/upstream/retry-policy.ts";
import type { RetrySpec } from "../../src/upstream/schema/retry.ts";
import { retrySchema } from "../../src/upstream/schema/retry.ts";

const spec = retrySchema.parse({ on: ["connect-failure", "reset", 503] });
const facts: RetryFacts = {
  attempt: 0,
  outcome: "reset",
  method: "GET",
  bodyReplayable: true,
  connectionReused: false,
  bytesSent: 100,
  bytesReceived: 0,
  responseForwarded: false,
};
const may = (over: Partial<RetryFacts>, more: Partial<RetrySpec> = {}) =>
  mayRetry({ ...facts, ...over }, { ...spec, ...more });

describe("mayRetry", () => {
  const refused = { outcome: "connect-failure", bytesSent: 0 } as const;
  const post = { method: "POST" } as const;

  it.each<[string, boolean, Partial<RetryFacts>, Partial<RetrySpec>]>([
    ["a connect failure is retried whatever the method: nothing was sent", true, { ...refused, ...post }, {}],
    ["… and whatever the body: none of it is gone", true, { ...refused, ...post, bodyReplayable: false }, {}],
    ["… unless it is not in `on`", false, refused, { on: ["reset"] }],
    ["reset before a byte was sent, not idempotent", true, { ...post, bytesSent: 0 }, {}],
    ["attempts: 0 switches off", false, refused, { attempts: 0 }],
    ["attempts counts extra tries: the second of 2", true, { ...refused, attempt: 1 }, {}],
    ["attempts counts extra tries: no third of 2", false, { ...refused, attempt: 2 }, {}],
    ["reset, idempotent", true, {}, {}],
    ["reset, idempotent, part of an answer came back", true, { bytesReceived: 10 }, {}],
    ["reset, not idempotent, fresh connection", false, post, {}],
    ["reset, not idempotent, reused connection, nothing came back", true, { ...post, connectionReused: true }, {}],
    ["… something came back", false, { ...post, connectionReused: true, bytesReceived: 1 }, {}],
    ["… the body cannot be sent again", false, { ...post, connectionReused: true, bodyReplayable: false }, {}],
    ["reset, idempotent, the body cannot be sent again", false, { method: "PUT", bodyReplayable: false }, {}],
    ["reset, the client has part of the response", false, { responseForwarded: true }, {}],
    ["reset, not idempotent, but nonIdempotent is on", true, post, { nonIdempotent: true }],
    ["reset, not idempotent, but the request says it may be repeated", true, { ...post, idempotent: true }, {}],
    ["a status in `on`, idempotent", true, { outcome: "error", status: 503, bytesReceived: 99 }, {}],
    ["a status in `on`, not idempotent", false, { ...post, outcome: "error", status: 503, bytesReceived: 99 }, {}],
    ["… not even over a reused connection", false, { ...post, status: 503, connectionReused: true }, {}],
    ["a status that is not in `on`", false, { outcome: "error", status: 500 }, {}],
    ["a timeout is never retried: the time is up", false, { outcome: "timeout" }, {}],
    ["an answer that is not HTTP is never retried", false, { outcome: "error" }, {}],
    ["a client that went away needs no retry", false, { outcome: "cancelled" }, {}],
  ])("%s: %s", (_rule, retry, over, more) => {
    const verdict = may(over, more);
    expect(verdict.retry, verdict.reason).toBe(retry);
  });

  it("draws on the budget only when something was sent", () => {
    expect(may(refused).drawsOnBudget).toBe(false);
    expect(may({}).drawsOnBudget).toBe(true);
  });

  it("says why, naming the method or the rule", () => {
    expect(may({ method: "POST" }).reason).toBe("POST is not idempotent, and the endpoint may have acted on it");
    expect(may({ status: 500 }).reason).toBe("500 is not in retry.on");
  });
});

describe("isIdempotent", () => {
  it("is RFC 9110 section 9.2.2, case-sensitive", () => {
    expect(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"].every(isIdempotent)).toBe(true);
    expect(["POST", "PATCH", "CONNECT", "get", "PROPFIND"].some(isIdempotent)).toBe(false);
  });
});
