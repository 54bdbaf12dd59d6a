import { describe, expect, it } from "vitest";
import { startDnsServer } from "../../helpers/dns-server.ts";
import { startEndpoint, type TestEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { get, startDiscovering, startLoad } from "./support.ts";

/** Endpoints on several loopback addresses, all on one port: what A records can tell apart. */
async function onOnePort(...hosts: readonly string[]): Promise<{ port: number; endpoints: TestEndpoint[] }> {
  const slow = (_: unknown, response: { end(text: string): void }): void =>
    void setTimeout(() => response.end("ok"), 20);
  const first = await startEndpoint(slow, hosts[0]);
  const others = await Promise.all(hosts.slice(1).map((host) => startEndpoint(slow, host, first.port)));
  return { port: first.port, endpoints: [first, ...others] };
}

const HOSTS = ["127.0.0.1", "127.0.0.2", "127.0.0.3"] as const;

describe("endpoints out of DNS", () => {
  it("come and go under load, and no request is lost", async () => {
    const { port, endpoints } = await onOnePort(...HOSTS);
    const dns = await startDnsServer({ "app.test": { A: [HOSTS[0], HOSTS[1]] } });
    const { url, ids } = await startDiscovering({ dns: "app.test", port, refresh: "100ms", server: dns.address });
    const origin = (host: string): string => `http://${host}:${port}`;
    expect(ids()).toEqual([origin(HOSTS[0]), origin(HOSTS[1])]);
    const load = startLoad(url);
    await until(() => endpoints[1]!.requests.length > 20);
    dns.zone.set("app.test", { A: [HOSTS[2]] });
    await until(() => ids().length === 1 && endpoints[2]!.requests.length > 20);
    const before = endpoints[0]!.requests.length;
    dns.zone.set("app.test", { A: [HOSTS[0], HOSTS[2]] });
    await until(() => endpoints[0]!.requests.length > before + 20);
    await load.stop();
    expect([...load.counts.keys()]).toEqual([200]);
    expect(ids()).toEqual([origin(HOSTS[0]), origin(HOSTS[2])]);
  });

  it("stay while DNS fails, which is told once, and are looked for until it answers", async () => {
    const { port } = await onOnePort(HOSTS[0], HOSTS[1]);
    const dns = await startDnsServer({ "app.test": { A: [HOSTS[0]] } });
    const { url, ids, news } = await startDiscovering({
      dns: "app.test",
      port,
      refresh: "50ms",
      server: dns.address,
    });
    for (const fault of [2, 3]) {
      const asked = dns.questions.length;
      dns.fault = fault;
      await until(() => dns.questions.length > asked + 6);
      expect(await get(url)).toBe(200);
    }
    expect(ids()).toEqual([`http://${HOSTS[0]}:${port}`]);
    expect(news.flatMap(({ troubles }) => troubles)).toEqual([
      "DNS does not tell the addresses of app.test: SERVFAIL; its last known endpoint stays",
    ]);
    dns.fault = undefined;
    dns.zone.set("app.test", { A: [HOSTS[0], HOSTS[1]] });
    await until(() => ids().length === 2);
    expect(news.at(-1)).toMatchObject({ recovered: true, joined: [`http://${HOSTS[1]}:${port}`] });
  });

  it("are given to requests that came before the first answer", async () => {
    const { port } = await onOnePort(HOSTS[0]);
    const dns = await startDnsServer({ "app.test": { A: [HOSTS[0]] } });
    dns.fault = "silent";
    const { url, ids } = await startDiscovering({ dns: "app.test", port, server: dns.address }, { early: true });
    const asked = get(url);
    await until(() => dns.questions.length > 0);
    expect(ids()).toEqual([]);
    dns.fault = undefined;
    // The question is asked again after a second of silence.
    expect(await asked).toBe(200);
  });

  it("that SRV records name have their ports and weights, and come and go without a loss", async () => {
    const endpoints = await Promise.all([startEndpoint(), startEndpoint(), startEndpoint()]);
    const [a, b, c] = endpoints.map(({ port }) => port) as [number, number, number];
    const target = "node.test";
    const dns = await startDnsServer({
      "node.test": { A: [HOSTS[0]] },
      "_app._tcp.test": {
        SRV: [
          { priority: 1, weight: 30, port: a, target },
          { priority: 1, weight: 10, port: b, target },
          { priority: 2, port: c, target },
        ],
      },
    });
    const { url, ids, gateway } = await startDiscovering(
      { srv: "_app._tcp.test", refresh: "100ms", server: [dns.address] },
      { service: { algorithm: "weighted-round-robin" } },
    );
    expect(gateway.service("app").upstream.endpoints.map(({ spec }) => [spec.port, spec.weight, spec.backup])).toEqual([
      [a, 30, false],
      [b, 10, false],
      [c, 1, true],
    ]);
    for (let i = 0; i < 40; i++) expect(await get(url)).toBe(200);
    // Exact, because weighted round robin is: 30 and 10 of 40.
    expect(endpoints.map(({ requests }) => requests.length)).toEqual([30, 10, 0]);
    const load = startLoad(url);
    dns.zone.set("_app._tcp.test", { SRV: [{ priority: 2, port: c, target }] });
    await until(() => ids().length === 1 && endpoints[2].requests.length > 20);
    await load.stop();
    expect([...load.counts.keys()]).toEqual([200]);
  });

  it("of IPv6 are used beside those of IPv4", async () => {
    const { port, endpoints } = await onOnePort("127.0.0.1", "::1");
    const dns = await startDnsServer({ "app.test": { A: ["127.0.0.1"], AAAA: ["::1"] } });
    const { url, ids } = await startDiscovering({ dns: "app.test", port, server: dns.address });
    expect(ids()).toEqual([`http://127.0.0.1:${port}`, `http://[::1]:${port}`]);
    for (let i = 0; i < 4; i++) expect(await get(url)).toBe(200);
    expect(endpoints.map(({ requests }) => requests.length)).toEqual([2, 2]);
  });

  it("are asked of the servers in GATEWAYCTL_DNS where the config names none", async () => {
    const { port } = await onOnePort(HOSTS[0]);
    const dns = await startDnsServer({ "app.test": { A: [HOSTS[0]] } });
    const { url } = await startDiscovering({ dns: "app.test", port }, { env: { GATEWAYCTL_DNS: dns.address } });
    expect(await get(url)).toBe(200);
    await expect(startDiscovering({ dns: "app.test", port }, { env: { GATEWAYCTL_DNS: "dns.test" } })).rejects.toThrow(
      "GATEWAYCTL_DNS",
    );
  });
});
