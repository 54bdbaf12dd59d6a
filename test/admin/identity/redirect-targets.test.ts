import { describe, expect, it } from "vitest";
import { isOwnAddress, isOwnOrigin } from "../../../src/admin/identity/redirect-targets.ts";

const LISTENERS = ["http://localhost:8080", "https://localhost:8443", "http://10.0.0.7:8090", "http://localhost:80"];

describe("an address of the gateway's own listeners", () => {
  it.each([
    "http://localhost:8080/callback",
    "http://localhost:8080",
    "http://localhost:8080/a/b?c=d",
    "https://localhost:8443/",
    "http://127.0.0.1:8080/",
    "http://127.3.4.5:8080/",
    "http://[::1]:8080/",
    "http://shop.localhost:8080/callback",
    "https://api.test:8443/",
    "http://10.0.0.7:8090/",
    "http://localhost/",
    "http://localhost:80/",
  ])("is %s", (target) => {
    expect(isOwnAddress(target, LISTENERS)).toBe(true);
  });

  it.each([
    ["another host", "http://evil.example:8080/"],
    ["a host that begins like ours", "http://localhost.evil.example:8080/"],
    ["a host that ends like ours", "http://evillocalhost:8080/"],
    ["another port", "http://localhost:8081/"],
    ["no port", "https://localhost/"],
    ["the other scheme", "https://localhost:8080/"],
    ["the other scheme's port", "http://localhost:8443/"],
    ["a script", "javascript:alert(1)"],
    ["no scheme", "//localhost:8080/"],
    ["a path alone", "/callback"],
    ["a user name that looks like a host", "http://localhost:8080@evil.example/"],
    ["a user name", "http://a@localhost:8080/"],
    ["an empty user name", "http://@localhost:8080/"],
    ["a fragment", "http://localhost:8080/#a"],
    ["an empty fragment", "http://localhost:8080/#"],
    ["a backslash, which is a slash to some", "http://localhost:8080\\@evil.example/"],
    ["a line end, which some leave out", "http://localhost:8080/\r\nset-cookie:a=b"],
    ["a tab within the host", "http://local\thost:8080/"],
    ["blanks in front", " http://localhost:8080/"],
    ["more than ASCII", "http://localhost:8080/ä"],
    ["full-width letters, which browsers fold", "http://ｌocalhost:8080/"],
    ["a loopback address at a listener that is not on loopback", "http://127.0.0.1:8090/"],
    ["a wide address", "http://0.0.0.0:8080/"],
    ["two thousand characters", `http://localhost:8080/${"a".repeat(2_000)}`],
    ["nothing", ""],
  ])("is not %s", (_what, target) => {
    expect(isOwnAddress(target, LISTENERS)).toBe(false);
  });

  it("is none where the gateway listens nowhere", () => {
    expect(isOwnAddress("http://localhost:8080/", [])).toBe(false);
  });

  it("is an origin without a path", () => {
    expect(isOwnOrigin("http://localhost:8080", LISTENERS)).toBe(true);
    expect(isOwnOrigin("http://localhost", LISTENERS)).toBe(true);
    for (const origin of ["http://localhost:8080/", "http://localhost:80", "null", ""]) {
      expect(isOwnOrigin(origin, LISTENERS), origin).toBe(false);
    }
  });
});
