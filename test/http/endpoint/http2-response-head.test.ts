import { describe, expect, it } from "vitest";
import { readResponseHead } from "../../../src/http/endpoint/http2-response-head.ts";

/** The head's text and framing, or its fault. */
function read(list: readonly string[], isEnd = false, method = "GET"): string {
  const result = readResponseHead([":status", "200", ...list], isEnd, method);
  return "fault" in result ? result.fault : `${result.framing.kind} ${result.head.text.replaceAll("\r\n", "|")}`;
}

describe("a response's header list", () => {
  it.each<[list: string[], isEnd: boolean, method: string, expected: string]>([
    [["a", "1", "a", "2"], false, "GET", "until-close HTTP/1.1 200 |a: 1|a: 2||"],
    [["content-length", "5"], false, "GET", "length HTTP/1.1 200 |content-length: 5||"],
    [["content-length", "0"], true, "GET", "none HTTP/1.1 200 |content-length: 0||"],
    [["grpc-status", "12"], true, "POST", "none HTTP/1.1 200 |grpc-status: 12|content-length: 0||"],
    [["content-length", "5"], true, "HEAD", "none HTTP/1.1 200 |content-length: 5||"],
    [[], true, "HEAD", "none HTTP/1.1 200 |||"],
    [["x", "\xe4"], false, "GET", "until-close HTTP/1.1 200 |x: \xe4||"],
  ])("%j, the end %s, of a %s", (list, isEnd, method, expected) => {
    expect(read(list, isEnd, method).replace("|||", "|||")).toBe(expected.replace("|||", "||"));
  });

  it.each<[list: string[], fault: RegExp]>([
    [["x", "a\r\nb: c"], /control character/],
    [["x", "a\0"], /control character/],
    [["x\r\ny", "a"], /character that it may not have/],
    [["X-Upper", "a"], /character that it may not have/],
    [["a b", "a"], /character that it may not have/],
    [["", "a"], /character that it may not have/],
    [[":path", "/"], /character that it may not have/],
    [[":status", "200"], /character that it may not have/],
    [["transfer-encoding", "chunked"], /connection-specific field transfer-encoding/],
    [["connection", "close"], /connection-specific field connection/],
    [["upgrade", "websocket"], /connection-specific field upgrade/],
    [["content-length", "5", "content-length", "6"], /several Content-Length/],
    [["content-length", "5,5"], /Content-Length that is not a number/],
    [["content-length", "-1"], /Content-Length that is not a number/],
  ])("%j is refused", (list, fault) => {
    expect(read(list)).toMatch(fault);
  });

  it.each(["", "99", "600", "2000", "+20", "abc", "101"])("of status %j is refused", (status) => {
    expect(readResponseHead([":status", status], false, "GET")).toHaveProperty("fault");
    expect(readResponseHead([], false, "GET")).toHaveProperty("fault");
  });

  it("says that a body is missing, and that an interim response is no end", () => {
    expect(read(["content-length", "5"], true)).toBe("its body is missing");
    expect(readResponseHead([":status", "103"], true, "GET")).toEqual({ fault: "it ends with an interim response" });
  });

  it("has at most 200 fields and 64 KiB", () => {
    expect(read(Array.from({ length: 402 }, () => "a"))).toContain("more than 200 header fields");
    expect(read(["a", "x".repeat(70_000)])).toContain("larger than 64 KiB");
  });
});
