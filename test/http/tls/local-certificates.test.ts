import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { CertificateSource } from "../../../src/http/tls/certificate-source.ts";
import { createLocalCertificates } from "../../../src/http/tls/local-certificates.ts";
import { replaceLocalAuthority } from "../../../src/http/tls/local-authority.ts";
import { createNameTest } from "../../../src/http/tls/local-names.ts";
import { DAY } from "../../../src/http/tls/make-certificates.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const START = Date.now();

interface Setup {
  readonly source: CertificateSource;
  readonly state: string;
  readonly clock: { time: number; now(): number };
  readonly made: string[];
}

async function setUp(addresses: readonly string[] = []): Promise<Setup> {
  const state = tempDir();
  const clock = { time: START, now: () => clock.time };
  const made: string[] = [];
  const source = createLocalCertificates({
    stateDirectory: () => state,
    isNamed: createNameTest([{ kind: "exact", name: "shop.test" }]),
    addresses,
    wallClock: clock,
    onMade: ({ certFile }) => made.push(certFile),
  });
  return { source, state, clock, made };
}

describe("certificates of the local CA", () => {
  it("begin with one for localhost and the loopback addresses, and tell of the CA that was made for it", async () => {
    const { source, made } = await setUp(["127.0.0.5", "127.0.0.1"]);
    const { cert, renewAt } = await source.load();
    expect(new X509Certificate(cert).subjectAltName).toBe(
      "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:127.0.0.5",
    );
    expect(made).toEqual(source.files.slice(0, 1));
    expect(renewAt).toBe(START + 60 * DAY);
    await source.load();
    expect(made).toHaveLength(1);
  });

  it("are made for names below localhost and those of the config, and for no others", async () => {
    const { source } = await setUp();
    await source.load();
    expect(source.contextFor("a.localhost")).toBeInstanceOf(Promise);
    expect(source.contextFor("shop.test")).toBeInstanceOf(Promise);
    for (const name of ["localhost", "other.test", "shop.example", "", "a..localhost"]) {
      expect(source.contextFor(name)).toBeUndefined();
    }
  });

  it("are made once for all that ask at the same time, and kept", async () => {
    const { source } = await setUp();
    await source.load();
    const all = await Promise.all(Array.from({ length: 50 }, async () => source.contextFor("a.localhost")));
    expect(new Set(all).size).toBe(1);
    expect(await source.contextFor("a.localhost")).toBe(all[0]);
  });

  it("are made anew a month before they end", async () => {
    const { source, clock } = await setUp();
    await source.load();
    const first = await source.contextFor("a.localhost");
    clock.time = START + 60 * DAY - 1;
    expect(await source.contextFor("a.localhost")).toBe(first);
    clock.time = START + 60 * DAY;
    const second = await source.contextFor("a.localhost");
    expect(second).not.toBe(first);
    expect(await source.contextFor("a.localhost")).toBe(second);
  });

  it("are not made over and over while the CA itself is about to end", async () => {
    const { source, clock } = await setUp();
    await source.load();
    clock.time = START + 3_652 * DAY - 5 * DAY;
    const first = await source.contextFor("a.localhost");
    expect(await source.contextFor("a.localhost")).toBe(first);
  });

  it("are forgotten when the CA was replaced", async () => {
    const { source, state } = await setUp();
    const before = await source.load();
    const first = await source.contextFor("a.localhost");
    await replaceLocalAuthority(state, START);
    const after = await source.load();
    expect(new X509Certificate(after.cert).issuer).not.toBe(new X509Certificate(before.cert).issuer);
    expect(after.sessionTerms).not.toBe(before.sessionTerms);
    expect(await source.contextFor("a.localhost")).not.toBe(first);
  });

  it("are kept for so many names and no more: a client may ask for any", async () => {
    const { source } = await setUp();
    await source.load();
    const first = await source.contextFor("n0.localhost");
    const second = await source.contextFor("n1.localhost");
    for (let i = 2; i < 256; i++) await source.contextFor(`n${i}.localhost`);
    // Asked for again: it is no longer the one that nobody wanted for the longest.
    expect(await source.contextFor("n0.localhost")).toBe(first);
    await source.contextFor("one-more.localhost");
    expect(await source.contextFor("n0.localhost")).toBe(first);
    expect(await source.contextFor("n1.localhost")).not.toBe(second);
  });
});
