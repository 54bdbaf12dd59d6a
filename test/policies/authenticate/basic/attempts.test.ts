import { describe, expect, it } from "vitest";
import { Attempts } from "../../../../src/policies/authenticate/basic/attempts.ts";

describe("attempts", () => {
  const many = (attempts: Attempts, ip: string, count: number) =>
    Array.from({ length: count }, () => attempts.take(ip)).filter((wait) => wait === undefined).length;

  it("are ten at once and two in every second", () => {
    const time = { now: 0 };
    const attempts = new Attempts({ now: () => time.now });
    expect(many(attempts, "192.0.2.1", 30)).toBe(10);
    expect(attempts.take("192.0.2.1")).toBe(1);
    expect(many(attempts, "192.0.2.2", 30)).toBe(10);
    time.now = 3_000;
    expect(many(attempts, "192.0.2.1", 30)).toBe(6);
    time.now = 3_600_000;
    expect(many(attempts, "192.0.2.1", 30)).toBe(10);
  });

  it("that were right do not count", () => {
    const attempts = new Attempts({ now: () => 0 });
    for (let i = 0; i < 100; i++) {
      expect(attempts.take("192.0.2.1")).toBeUndefined();
      attempts.giveBack("192.0.2.1");
    }
    expect(many(attempts, "192.0.2.1", 30)).toBe(10);
  });

  it("count together for the addresses of one IPv6 network", () => {
    const attempts = new Attempts({ now: () => 0 });
    expect(many(attempts, "2001:db8::1", 6) + many(attempts, "2001:db8:0:0:ffff::2", 6)).toBe(10);
    expect(many(attempts, "2001:db8:0:1::1", 12)).toBe(10);
    expect(many(attempts, "", 12)).toBe(10);
  });
});
