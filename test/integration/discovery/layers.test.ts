import { createSocket } from "node:dgram";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { createServer as createSecureServer } from "node:https";
import { describe, expect, it, onTestFinished } from "vitest";
import { startDiscovery } from "../../../src/gateway/discovery.ts";
import { createTestCa } from "../../helpers/certificates.ts";
import { startDnsServer } from "../../helpers/dns-server.ts";
import { configOf, startGateway, type TestGateway } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { get } from "./support.ts";

async function start(raw: Record<string, unknown>, baseDirectory = "."): Promise<TestGateway> {
  const running = await startGateway(raw, { baseDirectory });
  const discovery = startDiscovery({
    config: configOf(raw),
    gateway: running.gateway,
    baseDirectory,
    env: {},
    onNews: () => {},
  });
  onTestFinished(() => discovery?.close());
  await discovery?.ready;
  return running;
}

const idsOf = ({ gateway }: TestGateway): string[] => gateway.service("app").upstream.endpoints.map(({ id }) => id);

describe("endpoints that are found speak what leads to them", () => {
  it("TCP behind a listener for TCP", async () => {
    const server = createServer((socket) => socket.on("error", () => {}).end("hello")).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const dns = await startDnsServer({ "app.test": { A: ["127.0.0.1"] } });
    const running = await start({
      listeners: [{ tcp: 0, service: "app" }],
      services: { app: { endpoints: { dns: "app.test", port, server: dns.address } } },
      routes: [],
    });
    expect(idsOf(running)).toEqual([`tcp://127.0.0.1:${port}`]);
    const socket = connect(running.port, "127.0.0.1");
    let text = "";
    for await (const chunk of socket) text += String(chunk);
    expect(text).toBe("hello");
  });

  it("UDP behind a listener for UDP", async () => {
    const server = createSocket("udp4");
    await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
    server.on("message", (message, { port, address }) => server.send(`re: ${message.toString()}`, port, address));
    onTestFinished(() => void server.close());
    const { port } = server.address();
    const folder = tempDir({ "e.yaml": `- udp://127.0.0.1:${port}\n` });
    const running = await start(
      { listeners: [{ udp: 0, service: "app" }], services: { app: { endpoints: { file: "e.yaml" } } }, routes: [] },
      folder,
    );
    expect(idsOf(running)).toEqual([`udp://127.0.0.1:${port}`]);
    const client = createSocket("udp4");
    onTestFinished(() => void client.close());
    const answer = new Promise((resolve) => client.once("message", (message) => resolve(message.toString())));
    client.send("ping", running.port, "127.0.0.1");
    expect(await answer).toBe("re: ping");
  });

  it("HTTPS where the service has `tls`; the certificate is for the name that was asked for", async () => {
    const ca = await createTestCa();
    const { key, cert } = await ca.issue(["app.test"]);
    const server = createSecureServer({ key, cert }, (_, response) => response.end("ok")).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const dns = await startDnsServer({ "app.test": { A: ["127.0.0.1"] } });
    const service = (name: string): object => ({
      endpoints: { dns: name, port, server: dns.address },
      tls: { ca: "./ca.pem" },
    });
    const config = (name: string): Record<string, unknown> => ({
      services: { app: service(name) },
      routes: [{ match: "/", service: "app" }],
    });
    const folder = tempDir({ "ca.pem": ca.cert });
    const running = await start(config("app.test"), folder);
    expect(idsOf(running)).toEqual([`https://127.0.0.1:${port}`]);
    expect(await get(running.url)).toBe(200);
    dns.zone.set("other.test", { A: ["127.0.0.1"] });
    expect(await get((await start(config("other.test"), folder)).url)).toBe(502);
  });
});
