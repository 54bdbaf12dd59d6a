import { describe, expect, it } from "vitest";
import { trailerText } from "../../../src/http/client/http2-trailer-text.ts";

describe("the trailers of a request", () => {
  it("become lines", () => {
    expect(trailerText([])).toEqual({ text: "" });
    expect(trailerText(["x-sum", "1", "grpc-status", "\xe9"])).toEqual({ text: "x-sum: 1\r\ngrpc-status: \xe9\r\n" });
  });

  it.each([
    ["a pseudo-header", [":path", "/"], /malformed/],
    ["a name in upper case", ["X-A", "b"], /malformed/],
    ["a value with a line", ["x-a", "b\r\n\r\nGET"], /malformed/],
    ["a value whose lower octet is an LF", ["x-a", "b\u010a"], /malformed/],
    ["what frames a message", ["content-length", "1"], /content-length/],
    ["what routes it", ["host", "a"], /host/],
    ["what the gateway vouches for", ["x_consumer_id", "root"], /x_consumer_id/],
    ["more than 16 KiB", ["x-a", "b".repeat(16 * 1024)], /large/],
  ])("are refused with %s", (_, list, fault) => {
    expect(trailerText(list)).toEqual({ fault: expect.stringMatching(fault) });
  });
});
