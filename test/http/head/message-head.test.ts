import { describe, expect, it } from "vitest";
import { FIELD } from "../../../src/http/head/field-kind.ts";
import { FAULT, MessageHead } from "../../../src/http/head/message-head.ts";
import { lines, scannedRequest } from "../messages.ts";

const head = scannedRequest(
  lines("GET / HTTP/1.1", "Host: a.test", "X-A: 1", "Cookie: a=b", "x-a: 2", "COOKIE: c=d", "X-Empty:", "Via: 1.0 x"),
);

describe("MessageHead", () => {
  it("joins fields of one name by comma, and cookies by semicolon", () => {
    expect(head.get("x-a")).toBe("1, 2");
    expect(head.get("cookie")).toBe("a=b; c=d");
    expect(head.get("x-empty")).toBe("");
    expect(head.get("x-none")).toBeUndefined();
  });

  it("gives each value of a name", () => {
    expect(head.getAll("x-a")).toEqual(["1", "2"]);
    expect(head.getAll("x-none")).toEqual([]);
  });

  it("says whether a name is there", () => {
    expect([head.has("x-empty"), head.has("host"), head.has("hos"), head.has("x-b")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("finds fields by kind, one after the other", () => {
    expect(head.indexOfKind(FIELD.HOST)).toBe(0);
    expect(head.indexOfKind(FIELD.VIA)).toBe(6);
    expect(head.indexOfKind(FIELD.VIA, 7)).toBe(-1);
    expect(head.indexOfKind(FIELD.TE)).toBe(-1);
  });

  it("lists all fields in order, names in lower case", () => {
    expect(head.entries().map(([name]) => name)).toEqual(["host", "x-a", "cookie", "x-a", "cookie", "x-empty", "via"]);
    expect(head.entries()[5]).toEqual(["x-empty", ""]);
  });

  it("forgets everything at a reset", () => {
    const used = scannedRequest(lines("GET / HTTP/1.1", "A: b"));
    expect(used.fail("why", "version")).toBe(FAULT);
    used.reset();
    expect([used.text, used.count, used.fault, used.get("a")]).toEqual(["", 0, "", undefined]);
  });

  it("remembers nothing of a longer message when a shorter one follows", () => {
    const fresh = new MessageHead();
    expect([fresh.get("host"), fresh.entries()]).toEqual([undefined, []]);
  });
});
