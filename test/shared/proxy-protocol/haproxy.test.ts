import ipaddr from "ipaddr.js";
import { describe, expect, it, onTestFinished } from "vitest";
import { decodeProxyHeader } from "../../../src/shared/proxy-protocol/decode.ts";
import { proxyHeader } from "../../../src/shared/proxy-protocol/encode.ts";
import type { ProxyAddresses } from "../../../src/shared/proxy-protocol/proxy-addresses.ts";
import { createRng, nextInt } from "../../../src/shared/rng.ts";
import { HAPROXY } from "../../conformance/peers/haproxy.ts";
import { installedVersion, type PeerLane, startPeer } from "../../conformance/peers/peer.ts";
import { appConfig, startGateway } from "../../helpers/gateway.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";
import { ask, haproxyBefore, SENDING } from "./haproxy.ts";
import { CLIENT, v1, v2 } from "./headers.ts";

const installed = installedVersion(HAPROXY);
const VERSIONS = [1, 2] as const;

const CLIENTS: readonly ProxyAddresses[] = [
  CLIENT,
  { sourceIp: "2001:db8::1", sourcePort: 1, destinationIp: "2001:db8:0:1::", destinationPort: 65_535 },
  { sourceIp: "203.0.113.7", sourcePort: 40_000, destinationIp: "2001:db8::2", destinationPort: 80 },
];

/** HAProxy with its lanes: the one that reads, and those that send to a port. */
async function startHaproxy(port: number): Promise<{ reader: string; senders: readonly PeerLane[] }> {
  const peer = await startPeer(
    haproxyBefore(port),
    [0, ...SENDING].map(() => false),
  );
  onTestFinished(() => peer.stop());
  const [reader, ...senders] = peer.lanes;
  return { reader: (reader as PeerLane).front, senders };
}

/** HAProxy leaves IPv4-mapped addresses as they are. */
function plain(answer: string): string {
  return answer
    .split(" ")
    .map((word) => (ipaddr.isValid(word) && word.includes(":") ? ipaddr.process(word).toString() : word))
    .join(" ");
}

function shown({ sourceIp, sourcePort, destinationIp, destinationPort }: ProxyAddresses): string {
  return [sourceIp, sourcePort, destinationIp, destinationPort].join(" ");
}

it("HAProxy is installed where it is required", () => {
  if (process.env["REQUIRE_PEERS"] === "1") expect(installed).toBeDefined();
});

describe.runIf(installed !== undefined)("HAProxy", () => {
  it("reads what proxyHeader writes", async () => {
    const { reader } = await startHaproxy(1);
    for (const version of VERSIONS) {
      for (const client of CLIENTS) {
        const answer = await ask(reader, proxyHeader(version, client));
        expect(plain(answer), `version ${version}`).toBe(shown(client));
      }
      // What is unknown is no reason to end the connection.
      for (const client of [undefined, { ...CLIENT, sourceIp: "" }]) {
        expect(await ask(reader, proxyHeader(version, client)), `version ${version}`).not.toBe("");
      }
    }
  });

  it("is read, in every way it has to send a header", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: ({ headers }, socket) =>
        void socket.write(ok(`${headers.get("x-forwarded-for")} ${headers.get("x-forwarded-port")}`)),
    });
    const extra = { listeners: [{ http: 0, proxyProtocol: true }], trustedProxies: ["127.0.0.1"] };
    const { port } = await startGateway(appConfig([endpoint.url], {}, extra));
    const { senders } = await startHaproxy(port);
    for (const [i, { front }] of senders.entries()) {
      for (const client of CLIENTS.slice(0, 2)) {
        const answer = await ask(front, proxyHeader(2, client));
        expect(answer, SENDING[i]).toBe(`${client.sourceIp} ${client.destinationPort}`);
      }
    }
  });

  it("reads the same out of every header that is taken here, however it was changed", async () => {
    const { reader } = await startHaproxy(1);
    const rng = createRng("headers");
    const whole = VERSIONS.flatMap((version) => CLIENTS.map((client) => proxyHeader(version, client)));
    const ssl = v2(0x21, 0x11, [...proxyHeader(2, CLIENT).subarray(16), 0x20, 0, 5, 7, 0, 0, 0, 0, 4, 0, 1, 0]);
    const seeds = [...whole, ssl, v1("TCP6 ::FFFF:1.2.3.4 ::1 1 2")];
    const taken: { header: Buffer; addresses: ProxyAddresses }[] = [];
    for (let i = 0; i < 3_000 && taken.length < 300; i++) {
      const header = changed(seeds[i % seeds.length] as Buffer, (bound) => nextInt(rng, bound));
      const decoding = decodeProxyHeader(header);
      // Of datagrams, HAProxy does not take the addresses.
      const stream = header[0] === 0x50 || ((header[13] as number) & 0x0f) === 1;
      if (decoding.state === "complete" && decoding.addresses && stream && decoding.length === header.length) {
        taken.push({ header, addresses: decoding.addresses });
      }
    }
    expect(taken.length).toBeGreaterThan(100);
    for (const { header, addresses } of taken) {
      const answer = await ask(reader, header);
      expect(plain(answer), JSON.stringify(header.toString("latin1"))).toBe(shown(addresses));
    }
  });
});

/** A header with one or two of its octets changed. */
function changed(seed: Buffer, below: (bound: number) => number): Buffer {
  const header = Buffer.from(seed);
  for (let times = 1 + below(2); times > 0; times--) {
    const at = below(header.length);
    // Digits, mostly: other octets are refused in version 1.
    header[at] = below(2) === 0 ? 0x30 + below(10) : below(256);
  }
  return header;
}
