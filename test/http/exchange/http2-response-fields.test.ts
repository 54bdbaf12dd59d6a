import { describe, expect, it } from "vitest";
import {
  joinedFields,
  localFields,
  responseFields,
  trailerFields,
} from "../../../src/http/exchange/http2-response-fields.ts";
import { MessageHead } from "../../../src/http/head/message-head.ts";
import { scanResponse } from "../../../src/http/head/scan-response.ts";

function fieldsOf(...lines: readonly string[]): Record<string, unknown> {
  const head = new MessageHead();
  const bytes = Buffer.from(`HTTP/1.1 ${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (scanResponse(head, bytes, 0, bytes.length) !== bytes.length) throw new Error(head.fault);
  return { ...responseFields(head) };
}

describe("an endpoint's response head, for HTTP/2", () => {
  it("has its names in lower case, and its octets as they were", () => {
    expect(fieldsOf("200 OK", "Content-Type: text/plain", "X-A:  caf\xe9 ")).toEqual({
      ":status": 200,
      "content-type": "text/plain",
      "x-a": "caf\xe9",
    });
  });

  it("keeps every line of a field that stands there several times", () => {
    expect(fieldsOf("200 OK", "set-cookie: a=1", "Set-Cookie: b=2", "vary: a", "vary: b", "vary: c")).toEqual({
      ":status": 200,
      "set-cookie": ["a=1", "b=2"],
      vary: ["a", "b", "c"],
    });
  });

  it("loses what is hop by hop, and what Connection names", () => {
    const hops = ["keep-alive: x", "upgrade: h2c", "te: x", "trailer: y", "proxy-connection: z", "http2-settings: AAA"];
    expect(fieldsOf("200 OK", "connection: x-a, close", "x-a: 1", ...hops, "x-b: 2")).toEqual({
      ":status": 200,
      "x-b": "2",
    });
    expect(fieldsOf("200 OK", "connection: content-length", "content-length: 3")).toEqual({
      ":status": 200,
      "content-length": "3",
    });
  });

  it.each([
    [204, undefined],
    [205, undefined],
    [103, undefined],
    [304, "5"],
    [200, "5"],
  ])("of %i has its length where it may have one", (status, length) => {
    expect(fieldsOf(`${status} X`, "content-length: 5")["content-length"]).toBe(length);
  });

  it("may use names that every object has", () => {
    expect(Object.keys(fieldsOf("200 OK", "__proto__: a", "constructor: b"))).toEqual([
      ":status",
      "__proto__",
      "constructor",
    ]);
  });
});

describe("fields that may stand once only", () => {
  it("are put together as RFC 9110 section 5.2 says; cookies never are", () => {
    const head = new MessageHead();
    const bytes = Buffer.from("HTTP/1.1 200 OK\r\nage: 1\r\nage: 2\r\nset-cookie: a\r\nset-cookie: b\r\n\r\n");
    scanResponse(head, bytes, 0, bytes.length);
    expect({ ...joinedFields(responseFields(head)) }).toEqual({
      ":status": 200,
      age: "1, 2",
      "set-cookie": ["a", "b"],
    });
  });
});

describe("a response of the gateway's own", () => {
  it("has nothing in it that could not stand in a field", () => {
    const fields = [
      ["allow", "GET"],
      ["x-a", "b\r\nc: \u0100"],
      ["set-cookie", "1"],
      ["set-cookie", "2"],
    ] as const;
    expect({ ...localFields({ status: 405, fields, body: "" }) }).toEqual({
      ":status": 405,
      allow: "GET",
      "x-a": "b??c: ?",
      "set-cookie": ["1", "2"],
    });
  });
});

describe("trailer lines", () => {
  it("become fields", () => {
    expect({ ...trailerFields("grpc-status: 0\r\nX-A: b: c \r\nx-a: d\r\n") }).toEqual({
      "grpc-status": "0",
      "x-a": ["b: c", "d"],
    });
    expect({ ...trailerFields("") }).toEqual({});
  });
});
