import { createSocket, type Socket } from "node:dgram";
import { describe, expect, it, onTestFinished } from "vitest";
import type { FinishedConnection } from "../../../src/exchange/finished-connection.ts";
import type { GatewayOptions } from "../../../src/gateway/gateway.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { startGateway } from "../../helpers/gateway.ts";

interface UdpPeer {
  readonly socket: Socket;
  readonly port: number;
  readonly url: string;
  /** Datagrams that have come, as text, and the ports that they came from. */
  readonly heard: string[];
  readonly from: number[];
  send(text: string | Buffer, port: number): void;
  close(): void;
}

/** A UDP socket on a free port; with `answer`, one that answers each datagram. */
async function openPeer(answer?: (text: string) => string | undefined, host = "127.0.0.1", at = 0): Promise<UdpPeer> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  const heard: string[] = [];
  const from: number[] = [];
  let open = true;
  const close = (): void => {
    if (open) socket.close();
    open = false;
  };
  onTestFinished(close);
  socket.on("message", (datagram, { port, address }) => {
    const text = datagram.toString("latin1");
    heard.push(text);
    from.push(port);
    const reply = answer?.(text);
    if (reply !== undefined) socket.send(Buffer.from(reply, "latin1"), port, address);
  });
  socket.on("error", () => {});
  await new Promise<void>((resolve) => socket.bind(at, host, resolve));
  const { port } = socket.address();
  const send = (text: string | Buffer, to: number): void => {
    socket.send(typeof text === "string" ? Buffer.from(text, "latin1") : text, to, host);
  };
  const shown = host.includes(":") ? `[${host}]` : host;
  return { socket, port, url: `udp://${shown}:${port}`, heard, from, send, close };
}

async function startUdpGateway(
  service: object,
  extra: { readonly config?: object; readonly options?: GatewayOptions } = {},
) {
  const sessions: FinishedConnection[] = [];
  const started = await startGateway(
    { listeners: [{ udp: 0, service: "dns" }], services: { dns: service }, routes: [], ...extra.config },
    { ...extra.options, onConnectionFinish: (session) => void sessions.push(session) },
  );
  return { ...started, sessions };
}

async function deadUrl(): Promise<string> {
  const peer = await openPeer();
  peer.close();
  return peer.url;
}

describe("a UDP listener", () => {
  it("passes datagrams both ways, and tells of a session when it is over", async () => {
    const endpoint = await openPeer((text) => `re ${text}`);
    const { port, gateway, sessions } = await startUdpGateway({ endpoints: [endpoint.url] });
    const client = await openPeer();
    client.send("one", port);
    client.send("two", port);
    await until(() => client.heard.length === 2);
    expect(client.heard).toEqual(["re one", "re two"]);
    // Answers come from where the question went.
    expect(client.from).toEqual([port, port]);
    expect(new Set(endpoint.from).size).toBe(1);
    expect(gateway.connections).toBe(1);
    await gateway.stop();
    expect(sessions).toEqual([
      expect.objectContaining({
        protocol: "udp",
        port,
        serviceName: "dns",
        endpointId: endpoint.url,
        attempts: 1,
        clientIp: "127.0.0.1",
        clientPort: client.port,
        outcome: "ok",
        requestBytes: 6,
        responseBytes: 12,
      }),
    ]);
  });

  it("keeps the sessions of different ports apart, each with its endpoint", async () => {
    const [a, b] = [await openPeer((text) => `a${text}`), await openPeer((text) => `b${text}`)];
    const { port, gateway } = await startUdpGateway({ endpoints: [a.url, b.url] });
    const clients = await Promise.all(Array.from({ length: 6 }, () => openPeer()));
    for (let round = 0; round < 3; round++) {
      for (const [i, client] of clients.entries()) client.send(`${i}`, port);
      await until(() => clients.every(({ heard }) => heard.length === round + 1));
    }
    for (const [i, { heard }] of clients.entries()) expect([[`a${i}`], [`b${i}`]]).toContainEqual([...new Set(heard)]);
    expect([new Set(a.from).size, new Set(b.from).size]).toEqual([3, 3]);
    const inFlight = gateway.service("dns").upstream.endpoints.map(({ candidate }) => candidate.inFlight);
    expect(inFlight).toEqual([3, 3]);
  });

  it("sends a client always to the same endpoint where its address is hashed", async () => {
    const endpoints = await Promise.all(Array.from({ length: 5 }, () => openPeer((text) => text)));
    const { port } = await startUdpGateway({ endpoints: endpoints.map(({ url }) => url), algorithm: "ip-hash" });
    for (let i = 0; i < 8; i++) {
      const client = await openPeer();
      client.send("x", port);
      await until(() => client.heard.length === 1);
    }
    expect(endpoints.map(({ heard }) => heard.length).filter((count) => count > 0)).toEqual([8]);
  });

  it("goes to the next endpoint where nobody is, and loses nothing", async () => {
    const alive = await openPeer((text) => `re ${text}`);
    const dead = await deadUrl();
    const { port, gateway, sessions } = await startUdpGateway({ endpoints: [dead, alive.url], algorithm: "first" });
    const client = await openPeer();
    client.send("hello", port);
    await until(() => client.heard.length === 1);
    expect([client.heard, alive.heard]).toEqual([["re hello"], ["hello"]]);
    expect(gateway.service("dns").upstream.endpoints.map(({ health }) => health)[0]).toBe("unhealthy");
    await gateway.stop();
    expect(sessions[0]).toMatchObject({ endpointId: alive.url, attempts: 2, outcome: "ok" });
  });

  it("begins anew, maybe elsewhere, when the endpoint is gone in the middle of a session", async () => {
    const [a, b] = [await openPeer((text) => `a${text}`), await openPeer((text) => `b${text}`)];
    const { port, sessions } = await startUdpGateway({ endpoints: [a.url, b.url], algorithm: "first" });
    const client = await openPeer();
    client.send("1", port);
    await until(() => client.heard.length === 1);
    a.close();
    // What is sent now is lost, as the system says only afterwards that nobody is there.
    client.send("2", port);
    await until(() => sessions.length === 1);
    expect(sessions[0]).toMatchObject({ endpointId: a.url, outcome: "reset", code: "GW0301" });
    await until(() => {
      client.send("3", port);
      return client.heard.length > 1;
    });
    expect(client.heard[1]).toBe("b3");
  });

  it("says that nobody is there at all", async () => {
    const dead = await deadUrl();
    const { port, sessions } = await startUdpGateway({ endpoints: [dead], retry: { attempts: 0 } });
    const client = await openPeer();
    client.send("hello", port);
    await until(() => sessions.length === 1);
    expect(sessions[0]).toMatchObject({
      outcome: "connect-failure",
      code: "GW0301",
      requestBytes: 5,
      responseBytes: 0,
    });
  });

  it("tries both addresses of localhost", async () => {
    const endpoint = await openPeer((text) => `v6 ${text}`, "::1");
    const { port } = await startUdpGateway({ endpoints: [`udp://localhost:${endpoint.port}`] });
    const client = await openPeer();
    client.send("x", port);
    await until(() => client.heard.length === 1);
    expect(client.heard).toEqual(["v6 x"]);
  });

  it.each([0, 1, 1472, 9000, 65_507])("passes datagrams of %i octets whole", async (octets) => {
    const endpoint = await openPeer((text) => text);
    const { port } = await startUdpGateway({ endpoints: [endpoint.url] });
    const client = await openPeer();
    client.send(Buffer.alloc(octets, "z"), port);
    await until(() => client.heard.length === 1);
    expect(client.heard[0]?.length).toBe(octets);
  });

  it("passes several answers to one question, and answers that nobody asked for", async () => {
    const endpoint = await openPeer();
    const { port } = await startUdpGateway({ endpoints: [endpoint.url] });
    const client = await openPeer();
    client.send("subscribe", port);
    await until(() => endpoint.from.length === 1);
    for (let i = 0; i < 5; i++) endpoint.send(`news ${i}`, endpoint.from[0] as number);
    await until(() => client.heard.length === 5);
    expect(client.heard).toEqual(["news 0", "news 1", "news 2", "news 3", "news 4"]);
  });

  it("forgets a session in which nothing is sent", async () => {
    let now = 0;
    const endpoint = await openPeer((text) => text);
    const { port, gateway, sessions } = await startUdpGateway(
      { endpoints: [endpoint.url], timeouts: { idle: "30s" } },
      { options: { clock: { now: () => now } } },
    );
    const client = await openPeer();
    client.send("x", port);
    await until(() => client.heard.length === 1);
    // The coarse timer, which runs every 200 ms, has to see that there was something.
    for (let i = 0; i < 6; i++) await pause(50);
    now = 29_999;
    for (let i = 0; i < 6; i++) await pause(50);
    expect(sessions).toHaveLength(0);
    now = 30_000;
    await until(() => sessions.length === 1);
    expect([sessions[0]?.outcome, gateway.connections]).toEqual(["ok", 0]);
    expect(gateway.service("dns").upstream.endpoints[0]?.candidate.inFlight).toBe(0);
  });

  it("has no more sessions than may be: the quietest gives way", async () => {
    const endpoint = await openPeer((text) => text);
    const { port, gateway, sessions } = await startUdpGateway(
      { endpoints: [endpoint.url] },
      { config: { limits: { connections: 2 } } },
    );
    const [a, b, c] = [await openPeer(), await openPeer(), await openPeer()];
    for (const client of [a, b, a, c]) {
      const before = client.heard.length;
      client.send("x", port);
      await until(() => client.heard.length === before + 1);
    }
    expect([gateway.connections, sessions.map(({ clientPort }) => clientPort)]).toEqual([2, [b.port]]);
  });

  it("drops what comes from new clients while the service has no room", async () => {
    const endpoint = await openPeer((text) => text);
    const { port, sessions, gateway } = await startUdpGateway({ endpoints: [endpoint.url], limits: { requests: 1 } });
    const [a, b] = [await openPeer(), await openPeer()];
    a.send("a", port);
    await until(() => a.heard.length === 1);
    b.send("b", port);
    await until(() => sessions.length === 1);
    expect(sessions[0]).toMatchObject({ code: "GW0313", clientPort: b.port });
    expect(gateway.connections).toBe(1);
  });

  it("lets answers that are on their way reach their clients when it drains, and serves nobody new", async () => {
    const endpoint = await openPeer();
    const { port, gateway } = await startUdpGateway({ endpoints: [endpoint.url] });
    const [client, late] = [await openPeer(), await openPeer()];
    client.send("question", port);
    await until(() => endpoint.heard.length === 1);
    const drained = gateway.drain(5_000);
    late.send("late", port);
    await pause(50);
    endpoint.send("answer", endpoint.from[0] as number);
    expect(await drained).toBe(0);
    await until(() => client.heard.length === 1);
    expect(endpoint.heard).toEqual(["question"]);
  });

  it("is served by another process once the one that has the port is gone", async () => {
    const endpoint = await openPeer((text) => text);
    const first = await startUdpGateway({ endpoints: [endpoint.url] });
    const { port } = first;
    const listeners = [{ udp: port, service: "dns" }];
    await expect(startUdpGateway({ endpoints: [endpoint.url] }, { config: { listeners } })).rejects.toMatchObject({
      code: "GW0010",
    });
    let now = 0;
    const options = { udpWhenFree: true, clock: { now: () => now } };
    const second = await startUdpGateway({ endpoints: [endpoint.url] }, { config: { listeners }, options });
    const client = await openPeer();
    client.send("1", port);
    await until(() => client.heard.length === 1);
    expect([first.gateway.connections, second.gateway.connections]).toEqual([1, 0]);
    // With nothing on its way, the port is free at once.
    const drained = first.gateway.drain(5_000);
    now = 1_000;
    await until(() => {
      client.send("2", port);
      return second.gateway.connections === 1;
    });
    await drained;
  });

  it("carries 10,000 datagrams over 1,000 sessions", async () => {
    const endpoints = await Promise.all(["a", "b"].map((name) => openPeer((text) => `${name}${text}`)));
    const { port, gateway } = await startUdpGateway({ endpoints: endpoints.map(({ url }) => url) });
    const clients = await Promise.all(Array.from({ length: 1_000 }, () => openPeer()));
    for (let round = 0; round < 10; round++) {
      // One datagram of each client in each round, in groups, as a network would not take them all in one moment.
      for (let at = 0; at < clients.length; at += 100) {
        const group = clients.slice(at, at + 100);
        for (const client of group) client.send(`${round}`, port);
        await until(() => group.every(({ heard }) => heard.length === round + 1));
      }
    }
    expect(gateway.connections).toBe(1_000);
    const heard = clients.map((client) => client.heard.join(" "));
    const rounds = Array.from({ length: 10 }, (_, i) => i);
    const whole = ["a", "b"].map((name) => rounds.map((round) => `${name}${round}`).join(" "));
    expect(new Set(heard)).toEqual(new Set(whole));
    expect(endpoints.map((endpoint) => new Set(endpoint.from).size)).toEqual([500, 500]);
  });
});
