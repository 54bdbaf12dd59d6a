import { describe, expect, it } from "vitest";
import { Framing } from "../../../src/http/body/framing.ts";
import { lines, scannedRequest, scannedResponse } from "../messages.ts";

const framing = new Framing();

function ofRequest(fields: readonly string[], version = "HTTP/1.1") {
  const read = framing.readRequest(scannedRequest(lines(`POST / ${version}`, ...fields)));
  return read ? [framing.kind, framing.length] : `${framing.faultKind}: ${framing.fault}`;
}

function ofResponse(status: string, fields: readonly string[], method = "GET", version = "HTTP/1.1") {
  const read = framing.readResponse(scannedResponse(lines(`${version} ${status}`, ...fields)), method);
  return read ? [framing.kind, framing.length] : `${framing.faultKind}: ${framing.fault}`;
}

describe("a request's framing", () => {
  it.each([
    [[], "none", 0],
    [["Content-Length: 0"], "none", 0],
    [["Content-Length: 7"], "length", 7],
    [["content-length:\t007 "], "length", 7],
    [["Content-Length: 999999999999999"], "length", 999_999_999_999_999],
    [["Transfer-Encoding: chunked"], "chunked", 0],
    [["transfer-encoding: cHuNkEd"], "chunked", 0],
  ])("of %j is %s", (fields, kind, length) => {
    expect(ofRequest(fields)).toEqual([kind, length]);
    expect(framing.fault).toBe("");
  });

  it.each([
    [[], true],
    [["Connection: keep-alive"], true],
    [["Connection: TE, close, upgrade"], true],
    [["Connection: X-Sum"], false],
    [["Connection: te", "Connection: close,x-sum"], false],
  ])("with %j lets trailers go on: %s", (fields, expected) => {
    ofRequest([...fields, "Transfer-Encoding: chunked"]);
    expect(framing.keepTrailers).toBe(expected);
    ofResponse("200 OK", [...fields, "Transfer-Encoding: chunked"]);
    expect(framing.keepTrailers).toBe(expected);
  });

  it.each(["+1", "-1", "1 1", "1,1", "0x1", "1.0", "", "a", "1000000000000000", "\xb2"])(
    "refuses the Content-Length %j",
    (value) => {
      expect(ofRequest([`Content-Length: ${value}`])).toBe("malformed: a Content-Length that is not a number");
    },
  );

  it.each(["gzip, chunked", "deflate,chunked", "GZIP ,\tchunked", "x-compress, gzip, chunked"])(
    "does not offer the coding %j",
    (value) => {
      expect(ofRequest([`Transfer-Encoding: ${value}`])).toMatch(/^coding: the transfer coding \S+$/);
    },
  );

  it.each([
    "",
    "identity",
    "chunked, gzip",
    "chunked, chunked",
    "gzip",
    ",chunked",
    "chunked,",
    "xchunked",
    "\xa0chunked",
  ])("refuses the coding %j", (value) => {
    expect(ofRequest([`Transfer-Encoding: ${value}`])).toBe("malformed: a Transfer-Encoding other than chunked");
  });

  it("refuses what two readers could take differently", () => {
    const chunked = "Transfer-Encoding: chunked";
    expect(ofRequest(["Content-Length: 1", chunked])).toBe("malformed: both Content-Length and Transfer-Encoding");
    expect(ofRequest([chunked, "Content-Length: 0"])).toBe("malformed: both Content-Length and Transfer-Encoding");
    expect(ofRequest([chunked, chunked])).toBe("malformed: several Transfer-Encoding fields");
    expect(ofRequest(["Content-Length: 1", "Content-Length: 1"])).toBe("malformed: several Content-Length fields");
    expect(ofRequest([chunked], "HTTP/1.0")).toBe("malformed: Transfer-Encoding in HTTP/1.0");
  });

  it("remembers nothing of the message before", () => {
    ofRequest(["Content-Length: 9"]);
    ofRequest(["Content-Length: x"]);
    expect(ofRequest(["Transfer-Encoding: chunked"])).toEqual(["chunked", 0]);
    expect(ofRequest([])).toEqual(["none", 0]);
    expect(framing.fault).toBe("");
  });
});

describe("a response's framing", () => {
  it.each([
    ["200 OK", [], "GET", "until-close", 0],
    ["200 OK", ["Content-Length: 7"], "GET", "length", 7],
    ["200 OK", ["Content-Length: 0"], "GET", "none", 0],
    ["200 OK", ["Transfer-Encoding: chunked"], "GET", "chunked", 0],
    ["500 Oops", [], "POST", "until-close", 0],
    ["200 OK", ["Content-Length: 7"], "HEAD", "none", 0],
    ["200 OK", ["Transfer-Encoding: chunked"], "HEAD", "none", 0],
    ["200 OK", [], "HEAD", "none", 0],
    ["304 Not Modified", ["Content-Length: 7"], "GET", "none", 0],
    ["304 Not Modified", [], "GET", "none", 0],
    ["204 No Content", [], "GET", "none", 0],
    ["204 No Content", ["Content-Length: 7"], "GET", "none", 0],
    ["103 Early Hints", ["Content-Length: 7"], "GET", "none", 0],
  ])("%s with %j to %s: %s", (status, fields, method, kind, length) => {
    expect(ofResponse(status, fields, method)).toEqual([kind, length]);
  });

  it.each([
    ["204 No Content", ["Transfer-Encoding: chunked"], "GET"],
    ["100 Continue", ["Transfer-Encoding: chunked"], "GET"],
    ["200 OK", ["Transfer-Encoding: chunked", "Content-Length: 1"], "GET"],
    ["200 OK", ["Transfer-Encoding: chunked", "Content-Length: 1"], "HEAD"],
    ["200 OK", ["Content-Length: 1", "Content-Length: 2"], "GET"],
    ["200 OK", ["Content-Length: -1"], "GET"],
    ["200 OK", ["Transfer-Encoding: gzip, chunked"], "GET"],
  ])("%s with %j to %s is refused", (status, fields, method) => {
    expect(ofResponse(status, fields, method)).toMatch(/^(?:malformed|coding): ./);
  });

  it.each(["204 No Content", "304 Not Modified", "103 Early Hints"])(
    "refuses lengths that readers differ on, though %s has no body",
    (status) => {
      expect(ofResponse(status, ["Content-Length: +7"])).toBe("malformed: a Content-Length that is not a number");
      expect(ofResponse(status, ["Content-Length: 7", "Content-Length: 8"])).toBe(
        "malformed: several Content-Length fields",
      );
    },
  );

  it("refuses chunks in HTTP/1.0", () => {
    expect(ofResponse("200 OK", ["Transfer-Encoding: chunked"], "GET", "HTTP/1.0")).toMatch(/HTTP\/1\.0$/);
  });
});
