import { describe, expect, it, onTestFinished } from "vitest";
import { createDnsClient, type DnsClient } from "../../../src/processes/discovery/dns-client.ts";
import { startDnsServer, type TestDnsServer, type TestRecords } from "../../helpers/dns-server.ts";

async function start(
  zone: Readonly<Record<string, TestRecords>>,
): Promise<{ server: TestDnsServer; client: DnsClient }> {
  const server = await startDnsServer(zone);
  const client = createDnsClient([server.address]);
  onTestFinished(() => client.close());
  return { server, client };
}

describe("createDnsClient", () => {
  it("gives addresses of both families with the shortest TTL, in ms", async () => {
    const { server, client } = await start({ "a.test": { A: ["10.0.0.1", "10.0.0.2"], AAAA: ["fd00::1"] } });
    server.ttl = 7;
    expect(await client.addresses("a.test", 4)).toEqual({
      kind: "records",
      records: ["10.0.0.1", "10.0.0.2"],
      ttlMs: 7_000,
    });
    expect(await client.addresses("a.test", 6)).toEqual({ kind: "records", records: ["fd00::1"], ttlMs: 7_000 });
  });

  it("asks anew each time, whatever the TTL of the answer before", async () => {
    const { server, client } = await start({ "a.test": { A: ["10.0.0.1"] } });
    server.ttl = 3600;
    await client.addresses("a.test", 4);
    server.zone.set("a.test", { A: ["10.0.0.9"] });
    expect(await client.addresses("a.test", 4)).toMatchObject({ records: ["10.0.0.9"] });
  });

  it("gives SRV records", async () => {
    const { client } = await start({
      "_a._tcp.test": { SRV: [{ priority: 1, weight: 2, port: 3, target: "b.test" }] },
    });
    expect(await client.services("_a._tcp.test")).toMatchObject({
      kind: "records",
      records: [{ target: "b.test", port: 3, priority: 1, weight: 2 }],
    });
  });

  it('takes the target "." for no record (RFC 2782)', async () => {
    const { client } = await start({ "_a._tcp.test": { SRV: [{ port: 0, target: "." }] } });
    expect(await client.services("_a._tcp.test")).toEqual({ kind: "empty" });
  });

  it("tells a name that is not there from one without such records, and from no answer", async () => {
    const { server, client } = await start({ "a.test": { A: ["10.0.0.1"] } });
    expect(await client.addresses("b.test", 4)).toEqual({ kind: "no-name" });
    expect(await client.addresses("a.test", 6)).toEqual({ kind: "empty" });
    server.fault = 2;
    expect(await client.addresses("a.test", 4)).toEqual({ kind: "failed", reason: "SERVFAIL" });
    server.fault = 5;
    expect(await client.addresses("a.test", 4)).toEqual({ kind: "failed", reason: "REFUSED" });
  });

  it("gives up when it is closed", async () => {
    const { server, client } = await start({});
    server.fault = "silent";
    const asked = client.addresses("a.test", 4);
    client.close();
    expect(await asked).toMatchObject({ kind: "failed" });
    expect(await client.addresses("a.test", 4)).toEqual({ kind: "failed", reason: "given up" });
  });

  it("finds names of the system's own list", async () => {
    const { client } = await start({});
    const found = await client.localAddresses("localhost");
    expect(found.some((address) => address === "127.0.0.1" || address === "::1")).toBe(true);
    expect(await client.localAddresses("nobody.invalid")).toEqual([]);
  });
});
