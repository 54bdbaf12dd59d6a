import { describe, expect, it } from "vitest";
import type { DnsAnswer, DnsClient, ServiceRecord } from "../../../src/processes/discovery/dns-client.ts";
import { createDnsLook, type DnsSpec } from "../../../src/processes/discovery/dns-look.ts";
import type { Finding } from "../../../src/processes/discovery/finding.ts";
import { watchDns } from "../../../src/processes/discovery/watch-dns.ts";
import { endpointsSchema } from "../../../src/upstream/schema/endpoints.ts";

const records = <T>(all: readonly T[], ttl = 60): DnsAnswer<T> => ({
  kind: "records",
  records: all,
  ttlMs: ttl * 1_000,
});
const EMPTY = { kind: "empty" } as const;
const NO_NAME = { kind: "no-name" } as const;
const SERVFAIL = { kind: "failed", reason: "SERVFAIL" } as const;

/** A watch of DNS whose answers are set, and whose time passes, by hand. */
class Scene {
  /** By "4 a.test", "6 a.test", "srv _a.test"; what is missing is an empty answer. */
  readonly answers = new Map<string, DnsAnswer<string> | DnsAnswer<ServiceRecord>>();
  local: readonly string[] = [];
  readonly findings: Finding[] = [];
  readonly waits: number[] = [];
  private run: (() => void) | undefined;
  private readonly watch: ReturnType<typeof watchDns>;

  constructor(spec: object, answers: Readonly<Record<string, DnsAnswer<string> | DnsAnswer<ServiceRecord>>>) {
    const parsed = endpointsSchema.parse(spec) as DnsSpec;
    this.set(answers);
    const answer = (key: string): DnsAnswer<never> => (this.answers.get(key) ?? EMPTY) as DnsAnswer<never>;
    const client: DnsClient = {
      addresses: async (name, family) => answer(`${family} ${name}`),
      services: async (name) => answer(`srv ${name}`),
      localAddresses: async () => this.local,
      close: () => {},
    };
    this.watch = watchDns({
      look: createDnsLook({ spec: parsed, protocol: "http", client, hasLocal: true }),
      name: "a.test",
      refreshMs: parsed.refresh,
      timers: {
        after: (ms, run) => {
          this.waits.push(ms);
          this.run = run;
          return () => (this.run = undefined);
        },
      },
      onFinding: (finding) => this.findings.push(finding),
    });
  }

  set(answers: Readonly<Record<string, DnsAnswer<string> | DnsAnswer<ServiceRecord>>>): void {
    for (const [key, answer] of Object.entries(answers)) this.answers.set(key, answer);
  }

  /** Lets one look end: the first, or the next one when its time has come. */
  async look(): Promise<void> {
    this.run?.();
    await this.watch.ready;
    await new Promise((resolve) => setImmediate(resolve));
  }

  get ids(): string[] {
    return (this.findings.at(-1)?.endpoints ?? []).map(({ id }) => id);
  }

  get troubles(): readonly string[] {
    return this.findings.at(-1)?.troubles ?? [];
  }

  close(): boolean {
    this.watch.close();
    return this.run === undefined;
  }
}

const DNS = { dns: "a.test", port: 80, refresh: "30s" };

describe("endpoints out of A and AAAA records", () => {
  it("are URL origins of both families, in an order of their own", async () => {
    const scene = new Scene(DNS, { "4 a.test": records(["10.0.0.2", "10.0.0.1"]), "6 a.test": records(["fd00::1"]) });
    await scene.look();
    expect(scene.ids).toEqual(["http://10.0.0.1:80", "http://10.0.0.2:80", "http://[fd00::1]:80"]);
    expect(scene.findings.at(-1)?.endpoints?.[2]).toMatchObject({ host: "fd00::1", port: 80, weight: 1 });
  });

  it.each([
    ["the TTL, where it is shorter than `refresh`", 5, 5_000],
    ["`refresh`, where the TTL is longer", 300, 30_000],
    ["a second, where the TTL is 0", 0, 1_000],
  ])("are looked for again after %s", async (_, ttl, wait) => {
    const scene = new Scene(DNS, { "4 a.test": records(["10.0.0.1"], ttl) });
    await scene.look();
    expect(scene.waits).toEqual([wait]);
  });

  it("join and leave as answers have them", async () => {
    const scene = new Scene(DNS, { "4 a.test": records(["10.0.0.1", "10.0.0.2"]) });
    await scene.look();
    scene.set({ "4 a.test": records(["10.0.0.2", "10.0.0.3"]) });
    await scene.look();
    expect(scene.ids).toEqual(["http://10.0.0.2:80", "http://10.0.0.3:80"]);
  });

  it.each([
    ["SERVFAIL", SERVFAIL, "SERVFAIL"],
    ["no answer", { kind: "failed", reason: "no answer" } as const, "no answer"],
    ["NXDOMAIN", NO_NAME, "NXDOMAIN"],
  ])("stay through %s, which is told by what it began with", async (_, answer, word) => {
    const scene = new Scene(DNS, { "4 a.test": records(["10.0.0.1", "10.0.0.2"]) });
    await scene.look();
    scene.set({ "4 a.test": answer, "6 a.test": answer });
    await scene.look();
    expect(scene.ids).toEqual(["http://10.0.0.1:80", "http://10.0.0.2:80"]);
    expect(scene.troubles).toEqual([expect.stringContaining(word)]);
    expect(scene.troubles[0]).toContain("its 2 last known endpoints stay");
    const [began] = scene.troubles;
    scene.set({ "4 a.test": answer === NO_NAME ? SERVFAIL : NO_NAME });
    await scene.look();
    expect(scene.troubles).toEqual([began]);
    scene.set({ "4 a.test": records(["10.0.0.2"]), "6 a.test": EMPTY });
    await scene.look();
    expect(scene.ids).toEqual(["http://10.0.0.2:80"]);
    expect(scene.troubles).toEqual([]);
  });

  it("are asked for after 1, 2, 4 … s while that fails, and after `refresh` at the latest", async () => {
    const scene = new Scene(DNS, { "4 a.test": SERVFAIL, "6 a.test": SERVFAIL });
    for (let i = 0; i < 7; i++) await scene.look();
    expect(scene.waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    scene.set({ "4 a.test": records(["10.0.0.1"]) });
    scene.set({ "6 a.test": EMPTY });
    await scene.look();
    scene.set({ "4 a.test": SERVFAIL });
    await scene.look();
    expect(scene.waits.slice(-2)).toEqual([30_000, 1_000]);
  });

  it("of one family stay where only its question fails; the other's are taken as they are", async () => {
    const scene = new Scene(DNS, { "4 a.test": records(["10.0.0.1"]), "6 a.test": records(["fd00::1"]) });
    await scene.look();
    scene.set({ "4 a.test": records(["10.0.0.9"]), "6 a.test": SERVFAIL });
    await scene.look();
    expect(scene.ids).toEqual(["http://10.0.0.9:80", "http://[fd00::1]:80"]);
    scene.set({ "6 a.test": NO_NAME });
    await scene.look();
    // A server that denies the name for AAAA alone only means that it has no AAAA.
    expect(scene.ids).toEqual(["http://10.0.0.9:80"]);
    expect(scene.troubles).toEqual([]);
  });

  it("leave all at once only when they are missing twice, a second apart", async () => {
    const scene = new Scene(DNS, { "4 a.test": records(["10.0.0.1"]) });
    await scene.look();
    scene.set({ "4 a.test": EMPTY });
    await scene.look();
    expect(scene.ids).toEqual(["http://10.0.0.1:80"]);
    expect(scene.waits.at(-1)).toBe(1_000);
    await scene.look();
    expect(scene.ids).toEqual([]);
    expect(scene.troubles).toEqual(["DNS has no address for a.test"]);
  });

  it("stay where one empty answer stands between two full ones", async () => {
    const scene = new Scene(DNS, { "4 a.test": records(["10.0.0.1"]) });
    for (const answer of [EMPTY, records(["10.0.0.1"]), EMPTY, records(["10.0.0.1"])]) {
      await scene.look();
      expect(scene.ids).toEqual(["http://10.0.0.1:80"]);
      scene.set({ "4 a.test": answer });
    }
    expect(scene.ids).toEqual(["http://10.0.0.1:80"]);
  });

  it("come from the system's own list where DNS does not have the name", async () => {
    const scene = new Scene(DNS, { "4 a.test": NO_NAME, "6 a.test": NO_NAME });
    scene.local = ["127.0.0.9", "::1"];
    await scene.look();
    expect(scene.ids).toEqual(["http://127.0.0.9:80", "http://[::1]:80"]);
    expect(scene.troubles).toEqual([]);
    expect(scene.waits).toEqual([30_000]);
  });

  it("are not looked for any more once the watch is closed", async () => {
    const scene = new Scene(DNS, { "4 a.test": records(["10.0.0.1"]) });
    await scene.look();
    expect(scene.close()).toBe(true);
  });
});

describe("endpoints out of SRV records", () => {
  const SRV = { srv: "_a.test", refresh: "30s" };
  const record = (target: string, port: number, priority = 0, weight = 1): ServiceRecord => ({
    target,
    port,
    priority,
    weight,
  });

  it("have their ports and weights; those of a lesser priority are backups", async () => {
    const scene = new Scene(SRV, {
      "srv _a.test": records([record("b.test", 82, 20, 5), record("a.test", 81, 10, 60), record("a.test", 83, 10, 0)]),
      "4 a.test": records(["10.0.0.1"]),
      "4 b.test": records(["10.0.0.2", "10.0.0.3"]),
    });
    await scene.look();
    expect(scene.findings.at(-1)?.endpoints?.map(({ id, weight, backup }) => [id, weight, backup])).toEqual([
      ["http://10.0.0.1:81", 60, false],
      ["http://10.0.0.1:83", 1, false],
      ["http://10.0.0.2:82", 5, true],
      ["http://10.0.0.3:82", 5, true],
    ]);
  });

  it("are one where several records lead to one address and port", async () => {
    const scene = new Scene(SRV, {
      "srv _a.test": records([record("a.test", 81, 20), record("b.test", 81, 10)]),
      "4 a.test": records(["10.0.0.1"]),
      "4 b.test": records(["10.0.0.1"]),
    });
    await scene.look();
    expect(scene.findings.at(-1)?.endpoints).toMatchObject([{ id: "http://10.0.0.1:81", backup: false }]);
  });

  it("stay through failures of the SRV question, and of a target's", async () => {
    const scene = new Scene(SRV, {
      "srv _a.test": records([record("a.test", 81), record("b.test", 82)]),
      "4 a.test": records(["10.0.0.1"]),
      "4 b.test": records(["10.0.0.2"]),
    });
    await scene.look();
    scene.set({ "srv _a.test": SERVFAIL, "4 a.test": records(["10.0.0.9"]), "4 b.test": SERVFAIL });
    await scene.look();
    expect(scene.ids).toEqual(["http://10.0.0.9:81", "http://10.0.0.2:82"]);
    expect(scene.troubles[0]).toContain("SRV records of _a.test: SERVFAIL");
  });

  it("are asked for again when their targets' TTL is over", async () => {
    const scene = new Scene(SRV, {
      "srv _a.test": records([record("a.test", 81), record("b.test", 82)], 1_000),
      "4 a.test": records(["10.0.0.1"], 20),
      "4 b.test": records(["10.0.0.2"], 4),
    });
    await scene.look();
    expect(scene.waits).toEqual([4_000]);
  });

  it("leave when the records are missing twice", async () => {
    const scene = new Scene(SRV, { "srv _a.test": records([record("a.test", 81)]), "4 a.test": records(["10.0.0.1"]) });
    await scene.look();
    scene.set({ "srv _a.test": EMPTY });
    await scene.look();
    expect(scene.ids).toEqual(["http://10.0.0.1:81"]);
    await scene.look();
    expect(scene.ids).toEqual([]);
  });
});
