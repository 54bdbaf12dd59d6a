import { describe, expect, it } from "vitest";
import { lines, readView, viewOf } from "../messages.ts";

/** Why a request is refused: the code and the reason. */
function refusal(...text: readonly string[]): string | undefined {
  const refused = viewOf(lines(...text)).read();
  return refused && `${refused.code} ${refused.detail}`;
}

describe("RequestView", () => {
  it("reads the facts of a request off its head", () => {
    const view = readView(lines("PUT /a/%62?c=d?e HTTP/1.1", "Host: A.test:8080"));
    const { method, host, authority, path, rawPath, query, target } = view;
    expect({ method, host, authority, path, rawPath, query, target }).toEqual({
      method: "PUT",
      host: "a.test",
      authority: "A.test:8080",
      path: "/a/b",
      rawPath: "/a/%62",
      query: "c=d?e",
      target: "/a/%62?c=d?e",
    });
    expect(view.headers.get("host")).toBe("A.test:8080");
  });

  it.each([
    ["http://b.test:81/x?y", "b.test:81", "/x?y"],
    ["HTTP://B.test", "B.test", "/"],
    ["https://[::1]?y", "[::1]", "/?y"],
    ["http://b.test/?", "b.test", "/?"],
  ])("takes the authority of %s in place of Host", (sent, authority, target) => {
    const view = readView(lines(`GET ${sent} HTTP/1.1`, "Host: a.test"));
    expect([view.authority, view.target]).toEqual([authority, target]);
    expect(view.host).toBe(authority.toLowerCase().replace(/:81$/, ""));
  });

  it("lets HTTP/1.0 do without Host, and anybody say that there is none", () => {
    expect(readView(lines("GET / HTTP/1.0")).authority).toBe("");
    expect(readView(lines("GET / HTTP/1.1", "Host:")).host).toBe("");
  });

  it("knows OPTIONS *", () => {
    const view = readView(lines("OPTIONS * HTTP/1.1", "Host: a.test"));
    expect([view.path, view.rawPath, view.query]).toEqual(["*", "*", ""]);
  });

  it.each([
    [["GET / HTTP/1.1"], "GW0203", "no Host field"],
    [["GET / HTTP/1.1", "Host: a", "Host: a"], "GW0203", "several Host fields"],
    [["GET / HTTP/1.0", "Host: a", "host: b"], "GW0203", "several Host fields"],
    [["GET / HTTP/1.1", "Host: a b"], "GW0203", "not a host"],
    [["GET http://b/ HTTP/1.1", "Host: a b"], "GW0203", "not a host"],
    [["GET http://u@b/ HTTP/1.1", "Host: a"], "GW0203", "no usable host"],
    [["GET http:// HTTP/1.1", "Host: a"], "GW0203", "no usable host"],
    [["GET ftp://b/ HTTP/1.1", "Host: a"], "GW0203", "neither a path nor an absolute URL"],
    [["GET a HTTP/1.1", "Host: a"], "GW0203", "neither a path nor an absolute URL"],
    [["GET * HTTP/1.1", "Host: a"], "GW0203", "neither a path nor an absolute URL"],
    [["CONNECT a:443 HTTP/1.1", "Host: a"], "GW0211", "forward proxy"],
    [["CONNECT / HTTP/1.1", "Host: a"], "GW0211", "forward proxy"],
    [["GET /a/../b HTTP/1.1", "Host: a"], "GW0204", "dot segment"],
    [["GET http://a/%2e%2E/b HTTP/1.1", "Host: a"], "GW0204", "dot segment"],
    [["GET /a\\b HTTP/1.1", "Host: a"], "GW0204", "backslash"],
    [["GET /%00 HTTP/1.1", "Host: a"], "GW0204", "control character"],
    [["GET /%f HTTP/1.1", "Host: a"], "GW0204", "hexadecimal"],
  ])("refuses %j", (text, code, reason) => {
    expect(refusal(...text)).toMatch(new RegExp(`^${code} .*${reason}`));
  });

  it("forgets the request before", () => {
    const view = readView(lines("GET /a?b HTTP/1.1", "Host: a"));
    view.clear();
    const { method, host, authority, path, rawPath, query, target } = view;
    expect([method, host, authority, path, rawPath, query, target, view.head.count].join("")).toBe("0");
  });
});
