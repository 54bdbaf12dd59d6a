import { describe, expect, it } from "vitest";
import { httpsUrl } from "../../src/gateway/https-redirect.ts";

describe("the same URL by https", () => {
  it.each([
    ["a.test", "/x?y", 8443, "https://a.test:8443/x?y"],
    ["a.test", "/x?y", 443, "https://a.test/x?y"],
    ["[::1]", "/", 8443, "https://[::1]:8443/"],
    ["a.test", "*", 8443, "https://a.test:8443/"],
    ["", "/", 8443, undefined],
  ])("of %s %s on port %i", (host, target, port, expected) => {
    expect(httpsUrl({ host, target }, port)).toBe(expected);
  });
});
