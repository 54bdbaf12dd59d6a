import { describe, expect, it } from "vitest";
import { type LocalResponse, renderLocalResponse } from "../../../src/http/exchange/local-response.ts";

function rendered(response: Partial<LocalResponse>, method = "GET"): string {
  return renderLocalResponse({ status: 200, fields: [], body: "", ...response }, method, "own: 1\r\n");
}

describe("renderLocalResponse", () => {
  it("writes head and body", () => {
    expect(rendered({ status: 418, fields: [["a", "b"]], body: "tea" })).toBe(
      "HTTP/1.1 418 I'm a Teapot\r\na: b\r\ncontent-length: 3\r\nown: 1\r\n\r\ntea",
    );
  });

  it("counts octets of UTF-8, not characters", () => {
    const text = rendered({ body: "ä€😀" });
    expect(text).toContain("content-length: 9\r\n");
    expect(Buffer.from(text.slice(-9), "latin1").toString("utf8")).toBe("ä€😀");
  });

  it("sends no body to HEAD, but its length", () => {
    expect(rendered({ body: "tea" }, "HEAD")).toBe("HTTP/1.1 200 OK\r\ncontent-length: 3\r\nown: 1\r\n\r\n");
  });

  it.each([204, 304])("sends neither body nor length with %i", (status) => {
    expect(rendered({ status, body: "tea" })).toMatch(/^HTTP\/1\.1 \d+ [\w ]+\r\nown: 1\r\n\r\n$/);
  });

  it("writes an empty reason for a status without one", () => {
    expect(rendered({ status: 599 })).toMatch(/^HTTP\/1\.1 599 \r\ncontent-length: 0\r\n/);
  });

  it("lets no value out of its line", () => {
    const text = rendered({ fields: [["location", "/a\r\nset-cookie: x\0\x7f\u20ac\t\xe4"]] });
    expect(text.split("\r\n")[1]).toBe("location: /a??set-cookie: x???\t\xe4");
  });
});
