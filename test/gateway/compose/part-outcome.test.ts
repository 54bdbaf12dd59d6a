import { describe, expect, it } from "vitest";
import { composeSchema } from "../../../src/config/compose/schema.ts";
import type { Route } from "../../../src/config/config.ts";
import { type PartPlan, planComposition } from "../../../src/gateway/compose/compose-plan.ts";
import { partOutcome } from "../../../src/gateway/compose/part-outcome.ts";
import type { GatewayService } from "../../../src/gateway/gateway-service.ts";
import { MessageHead } from "../../../src/http/head/message-head.ts";
import { scanResponse } from "../../../src/http/head/scan-response.ts";
import type { InternalFailure } from "../../../src/http/internal/internal-call.ts";

const SERVICE = { name: "app", timeouts: {}, config: { timeouts: { request: 30_000 } } } as unknown as GatewayService;

function partOf(more: object = {}): PartPlan {
  const parts = composeSchema.parse({ user: { service: "app", path: "/", ...more } });
  return planComposition({ name: "all" } as unknown as Route, parts, new Map([["app", SERVICE]])).parts[0] as PartPlan;
}

function read(body: string | Buffer, type?: string, status = 200, part = partOf()) {
  const headers = new MessageHead();
  const text = Buffer.from(`HTTP/1.1 ${status} -\r\n${type === undefined ? "" : `content-type: ${type}\r\n`}\r\n`);
  scanResponse(headers, text, 0, text.length);
  return partOutcome(
    part,
    {
      kind: "answer",
      status,
      headers,
      body: Buffer.from(body as string, "utf8"),
      endpoint: undefined,
      durationMs: 1,
    },
    1_000,
  );
}

describe("what a part's answer comes to", () => {
  it.each([
    undefined,
    "application/json",
    "application/json; charset=utf-8",
    "Text/JSON",
    "application/problem+json",
    "application/vnd.a.b-c+json",
  ])("is its JSON, of the type %s", (type) => {
    expect(read('{"a":1}', type)).toMatchObject({ kind: "ok", status: 200, value: { a: 1 } });
  });

  it.each(["text/plain", "text/html; charset=utf-8", "application/xml", "application/jsonp", "json"])(
    "is none of the type %s",
    (type) => {
      expect(read('{"a":1}', type).kind).toBe("failed");
    },
  );

  it("is what came, octet for octet, without a byte order mark", () => {
    const outcome = read('\ufeff{ "a" : 1e0, "a": 2 }\n');
    expect(outcome.kind === "ok" && outcome.json.toString()).toBe('{ "a" : 1e0, "a": 2 }\n');
    expect(outcome).toMatchObject({ value: { a: 2 } });
  });

  it.each(["1", '"a"', "null", "false", "[]", " [1] "])("may be any JSON: %s", (text) => {
    expect(read(text)).toMatchObject({ kind: "ok", value: JSON.parse(text) });
  });

  it.each(["{", "{a:1}", "[1,]", "NaN", "01", '"\u0001"', '{"a":1}{}', "'a'"])(
    "is nothing that is not JSON: %s",
    (text) => {
      expect(read(text)).toEqual({ kind: "failed", reason: "answered 200 with what is not JSON" });
    },
  );

  it("is nothing that is not UTF-8", () => {
    const latin1 = Buffer.from('{"a":"\xe9"}', "latin1");
    expect(read(latin1)).toEqual({ kind: "failed", reason: "answered 200 with what is not UTF-8" });
  });

  it("holds arrays in arrays, however many", () => {
    const depth = 100_000;
    expect(read("[".repeat(depth) + "]".repeat(depth)).kind).toBe("ok");
  });

  it("is null where there is no body to have", () => {
    expect(read("", undefined, 204)).toMatchObject({ kind: "ok", status: 204, value: null });
    expect(read("", "application/json", 200, partOf({ method: "HEAD" }))).toMatchObject({ kind: "ok", value: null });
  });

  it("is the whole response's, for the statuses that pass, of a part that is needed", () => {
    expect(read("x", "text/plain", 404).kind).toBe("pass");
    expect(read("x", "text/plain", 409)).toEqual({ kind: "failed", reason: "answered 409" });
    expect(read("x", "text/plain", 404, partOf({ optional: true })).kind).toBe("failed");
    expect(read("x", "text/plain", 404, partOf({ pass: [] })).kind).toBe("failed");
  });

  it.each<[failure: Partial<InternalFailure>, reason: string]>([
    [{ reason: "timeout" }, "did not answer within 1000 ms"],
    [{ reason: "too-long", endpoint: "http://e:1" }, "(http://e:1) answered with more than 1048576 bytes"],
    [{ reason: "unusable" }, "could not be asked: its path or its fields make no request"],
    [{ reason: "cancelled" }, "was given up"],
    [{ reason: "gateway", code: "GW0302" }, "failed: GW0302 No endpoint available"],
    [{ reason: "gateway" }, "failed: no answer came"],
  ])("says why there is none: %j", (failure, reason) => {
    const none = {
      kind: "failure",
      code: undefined,
      endpoint: undefined,
      durationMs: 1,
      reason: "gateway",
      ...failure,
    } as const;
    expect(partOutcome(partOf(), none, 1_000.4)).toEqual({ kind: "failed", reason });
  });
});
