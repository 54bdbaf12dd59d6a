import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createJsonLine } from "../../../src/telemetry/access-log/json-line.ts";
import { finished } from "../exchanges.ts";

const plain = createJsonLine([], new Set());
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xff }).map((byte) => String.fromCharCode(byte)) }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
);

describe("a JSON access log line", () => {
  it("has every field of the contract, and null where there is nothing to say", () => {
    const line = plain(finished({ attempts: 2, durationMs: 3.20049, code: "GW0301", consumer: "mobile" }));
    expect(JSON.parse(line)).toEqual({
      time: "2026-11-21T12:03:07.045Z",
      requestId: "5f3c-1",
      method: "GET",
      path: "/users/7",
      status: 200,
      route: "users",
      service: "users",
      endpoint: "http://localhost:4001",
      attempts: 2,
      durationMs: 3.2,
      consumer: "mobile",
      code: "GW0301",
      clientIp: "127.0.0.1",
      requestBytes: 0,
      responseBytes: 512,
    });
    const nothing = plain(finished({ routeName: undefined, serviceName: undefined, endpointId: undefined }));
    expect(JSON.parse(nothing)).toMatchObject({
      route: null,
      service: null,
      endpoint: null,
      consumer: null,
      code: null,
    });
  });

  it("keeps its keys in one order, the contract's first", () => {
    expect(
      Object.keys(JSON.parse(plain(finished())) as object)
        .slice(0, 12)
        .join(),
    ).toBe("time,requestId,method,path,status,route,service,endpoint,attempts,durationMs,consumer,code");
  });

  it("is one line of valid JSON that says the same, whatever the client sent", () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (path, method, requestId) => {
        const line = plain(finished({ path, method, requestId }));
        // A lone surrogate cannot be written in UTF-8: what a reader of the file gets is what is parsed here.
        const parsed = JSON.parse(Buffer.from(line, "utf8").toString("utf8")) as Record<string, string>;
        expect(parsed).toMatchObject({ path, method, requestId });
        // Not only \n: some tools also split at these, and a terminal acts on C1 controls and DEL.
        expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(line.endsWith("}\n")).toBe(true);
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  it("is valid JSON even with broken clocks", () => {
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300]) {
      const line = plain(finished({ startedAt: time, durationMs: time }));
      expect(() => JSON.parse(line), line).not.toThrow();
    }
  });

  it("writes times across seconds right, though it keeps the second", () => {
    const times = [0, 1, 999, 1_000, 999, 86_399_999, Date.UTC(2026, 1, 28, 23, 59, 59, 7)];
    for (const time of times) {
      const parsed = JSON.parse(plain(finished({ startedAt: time }))) as { time: string };
      expect(parsed.time).toBe(new Date(time).toISOString());
    }
  });

  it("shows the request fields that are asked for, and never the value of a redacted one", () => {
    const line = createJsonLine(["user-agent", "authorization", "x-absent"], new Set(["authorization"]));
    const fields: Record<string, string> = { "user-agent": 'a "b"\n', authorization: "Bearer s3cret" };
    const text = line(finished({ requestHeader: (name) => fields[name] }));
    expect(text).not.toContain("s3cret");
    expect((JSON.parse(text) as { headers: unknown }).headers).toEqual({
      "user-agent": 'a "b"\n',
      authorization: "[redacted]",
    });
  });

  it("is valid JSON with fields of any bytes", () => {
    const line = createJsonLine(["x-a", "x-b"], new Set());
    fc.assert(
      fc.property(anyText, (value) => {
        const parsed = JSON.parse(line(finished({ requestHeader: () => value }))) as { headers: unknown };
        expect(parsed.headers).toEqual({ "x-a": value, "x-b": value });
      }),
      { numRuns: 300, seed: 2 },
    );
  });
});
