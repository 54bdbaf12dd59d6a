import { describe, expect, it } from "vitest";
import type { HeaderReader } from "../../src/exchange/header-reader.ts";
import { PairHeaders } from "../../src/gateway/pair-headers.ts";
import { StickySessions } from "../../src/gateway/sticky.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 1);
const A = "http://localhost:4001";
const B = "http://localhost:4002";

function sessions(options: { ttl?: number; secret?: string; service?: string; endpoints?: string[] } = {}) {
  const { ttl, secret = "s".repeat(32), service = "users", endpoints = [A, B] } = options;
  const members = endpoints.map((id) => ({ id }));
  return new StickySessions({
    service,
    cookie: "gw",
    ttl,
    secret: Buffer.from(secret),
    endpoints: () => members,
  });
}

const cookie = (value: string): HeaderReader => new PairHeaders([["cookie", `other=1; gw=${value}`]]);
const valueOf = (line: string): string => /^gw=([^;]*)/.exec(line)?.[1] ?? "";

describe("a sticky cookie", () => {
  it("brings a client back to its endpoint, in any process that has the secret", () => {
    const value = valueOf(sessions().cookieFor(B, NOW, false));
    expect(sessions().read(cookie(value), NOW)).toEqual({ endpoint: B, renew: false });
  });

  it.each([
    [undefined, false, "Path=/; HttpOnly; SameSite=Lax"],
    [undefined, true, "Path=/; HttpOnly; SameSite=Lax; Secure"],
    [HOUR, false, "Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"],
  ])("with ttl %s and https %s has these attributes: %s", (ttl, secure, attributes) => {
    const line = sessions(ttl === undefined ? {} : { ttl }).cookieFor(A, NOW, secure);
    expect(line.slice(line.indexOf(";") + 2)).toBe(attributes);
  });

  it("does not say where the endpoint is", () => {
    const line = sessions().cookieFor(A, NOW, false);
    expect(line).not.toMatch(/localhost|4001/);
    expect(Buffer.from(valueOf(line).split(".")[0] ?? "", "base64url").toString()).not.toMatch(/localhost|4001/);
  });

  it("is over after its ttl, and given anew after half of it", () => {
    const timed = sessions({ ttl: HOUR });
    const headers = cookie(valueOf(timed.cookieFor(A, NOW, false)));
    expect(timed.read(headers, NOW + HOUR / 2 - 1)).toEqual({ endpoint: A, renew: false });
    expect(timed.read(headers, NOW + HOUR / 2)).toEqual({ endpoint: A, renew: true });
    expect(timed.read(headers, NOW + HOUR)).toBeUndefined();
  });

  const value = valueOf(sessions().cookieFor(A, NOW, false));
  const [tag = "", time = "", mac = ""] = value.split(".");
  const other = valueOf(sessions().cookieFor(B, NOW, false)).split(".")[0];
  it.each([
    ["none", ""],
    ["another endpoint's tag", `${other}.${time}.${mac}`],
    ["another time", `${tag}.${time.slice(0, -1)}z.${mac}`],
    ["another MAC", `${tag}.${time}.${"A".repeat(16)}`],
    ["no MAC", `${tag}.${time}.`],
    ["a longer MAC", `${value}A`],
    ["junk", "a.b.c"],
    ["another service's", valueOf(sessions({ service: "orders" }).cookieFor(A, NOW, false))],
    ["another secret's", valueOf(sessions({ secret: "t".repeat(32) }).cookieFor(A, NOW, false))],
    [
      "of an endpoint that has left",
      valueOf(sessions({ endpoints: ["http://gone:1"] }).cookieFor("http://gone:1", NOW, false)),
    ],
  ])("is not believed: %s", (_, forged) => {
    expect(sessions().read(cookie(forged), NOW)).toBeUndefined();
  });

  it("is believed again however often", () => {
    const one = sessions();
    for (let i = 0; i < 3; i++) expect(one.read(cookie(value), NOW)?.endpoint).toBe(A);
  });
});
