import { describe, expect, it } from "vitest";
import { forbidsTransform } from "../../../src/policies/compress/directives.ts";
import { isEligible, variesByCoding } from "../../../src/policies/compress/eligibility.ts";
import { confirmsWeakened, weakened } from "../../../src/policies/compress/entity-tag.ts";
import { createTypeTest } from "../../../src/policies/compress/media-types.ts";
import { policyResponse } from "./response.ts";

const isText = createTypeTest(undefined);

describe("media types worth coding", () => {
  it.each([
    "text/html",
    "text/html; charset=utf-8",
    "TEXT/PLAIN",
    "text/css",
    "text/csv",
    "text/javascript",
    "application/json",
    "application/json;charset=utf-8",
    "application/problem+json",
    "application/vnd.api+json",
    "application/ld+json",
    "application/xml",
    "application/rss+xml",
    "application/x-ndjson",
    "application/wasm",
    "image/svg+xml",
    "font/ttf",
    "application/vnd.ms-fontobject",
    "application/yaml",
  ])("%s", (type) => {
    expect(isText(type)).toBe(true);
  });

  it.each([
    undefined,
    "",
    "image/png",
    "image/jpeg",
    "video/mp4",
    "audio/mpeg",
    "font/woff2",
    "application/zip",
    "application/gzip",
    "application/pdf",
    "application/octet-stream",
    "text/event-stream",
    "text/event-stream; charset=utf-8",
    "application/grpc",
    "application/grpc+json",
    "application/grpc-web+proto",
    "application/connect+json",
    "multipart/x-mixed-replace; boundary=x",
  ])("not %s", (type) => {
    expect(isText(type)).toBe(false);
  });

  it("those that are given instead, with ranges; streams of events never", () => {
    const test = createTypeTest(["application/x-own", "image/*"]);
    expect(["application/x-own; a=b", "image/png", "Application/X-Own"].map(test)).toEqual([true, true, true]);
    expect(["text/html", "application/json", "imagex/png"].map(test)).toEqual([false, false, false]);
    const all = createTypeTest(["*/*"]);
    expect(["video/mp4", "text/event-stream", "application/grpc"].map(all)).toEqual([true, false, false]);
  });

  it("remembers no more types than endpoints have", () => {
    for (let i = 0; i < 1000; i++) expect(isText(`application/x-made-up-${i}`)).toBe(false);
    expect(isText("text/html")).toBe(true);
  });
});

describe("responses that may be coded", () => {
  const json = { "content-type": "application/json" };

  it.each([
    ["200", 200, json],
    ["201", 201, json],
    ["404", 404, json],
    ["502", 502, { "content-type": "application/problem+json" }],
    ["304, which says nothing of its type", 304, {}],
    ["an encoding that is none", 200, { ...json, "content-encoding": "identity" }],
    ["an empty encoding", 200, { ...json, "content-encoding": "" }],
  ])("%s", (_name, status, headers) => {
    expect(isEligible(policyResponse({ status, headers }), isText)).toBe(true);
  });

  it.each([
    ["101", 101, json],
    ["204", 204, json],
    ["205", 205, json],
    ["206", 206, json],
    ["304 of an image", 304, { "content-type": "image/png" }],
    ["416 with Content-Range", 416, { ...json, "content-range": "bytes */10" }],
    ["200 with Content-Range", 200, { ...json, "content-range": "bytes 0-9/10" }],
    ["another type", 200, { "content-type": "image/png" }],
    ["no type", 200, {}],
    ["coded already", 200, { ...json, "content-encoding": "gzip" }],
    ["coded already, said twice", 200, { ...json, "content-encoding": "identity, br" }],
    ["coded in a way that nobody knows", 200, { ...json, "content-encoding": "identity2" }],
    ["no-transform", 200, { ...json, "cache-control": "max-age=1, no-transform" }],
    ["a digest of its octets", 200, { ...json, "repr-digest": "sha-256=:AA==:" }],
    ["the old digest", 200, { ...json, "content-md5": "Q2hlY2s=" }],
    ["a signature", 200, { ...json, "signature-input": 'sig=("content-length")' }],
  ])("not %s", (_name, status, headers) => {
    expect(isEligible(policyResponse({ status, headers }), isText)).toBe(false);
  });
});

describe("no-transform", () => {
  it.each([
    ["no-transform", true],
    ["No-Transform", true],
    ["public,no-transform", true],
    ["max-age=60 , no-transform , public", true],
    ['private="a", no-transform', true],
    ["no-transform=1", true],
    [undefined, false],
    ["", false],
    ["no-store, max-age=0", false],
    ["x-no-transform", false],
    ["no-transform-x, public", false],
    ['private="x, no-transform, y"', false],
    ['ext="a\\", no-transform"', false],
  ])("%s: %s", (value, expected) => {
    expect(forbidsTransform(value)).toBe(expected);
  });
});

describe("Vary", () => {
  it.each([
    ["Accept-Encoding", true],
    ["origin, accept-encoding", true],
    ["accept-encoding ,origin", true],
    ["*", true],
    ["origin", false],
    ["x-accept-encoding, accept-encoding-x", false],
    [undefined, false],
  ])("%s: says it %s", (vary, expected) => {
    expect(variesByCoding(vary)).toBe(expected);
  });
});

describe("entity tags", () => {
  it("become weak, and stay weak", () => {
    expect(['"a"', 'W/"a"', "junk", '""'].map(weakened)).toEqual(['W/"a"', 'W/"a"', "junk", 'W/""']);
  });

  it.each([
    ['W/"a"', '"a"', true],
    ['"b", W/"a"', '"a"', true],
    ['"a"', '"a"', false],
    ['W/"a", "a"', '"a"', false],
    ['W/"b"', '"a"', false],
    ['W/"a"', 'W/"a"', false],
    ["*", '"a"', false],
    [undefined, '"a"', false],
    ['W/"a,b"', '"a,b"', true],
  ])("If-None-Match: %s, confirmed by %s: the stored one is the weakened one? %s", (asked, tag, expected) => {
    expect(confirmsWeakened(asked, tag)).toBe(expected);
  });
});
