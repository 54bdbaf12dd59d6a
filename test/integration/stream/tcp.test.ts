import { createHash, randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { pause, until } from "../../helpers/eventually.ts";
import { buffersInUse } from "../../helpers/memory.ts";
import { connectTcp, deadPort, echo, startTcpEndpoint, startTcpGateway } from "./support.ts";

describe("a TCP listener", () => {
  it("passes octets both ways, and tells of the connection when it is over", async () => {
    const endpoint = await startTcpEndpoint(echo("hello "));
    const { port, connections, gateway } = await startTcpGateway({ endpoints: [endpoint.url] });
    const client = connectTcp(port);
    client.socket.write("ping");
    await until(() => client.text === "hello ping");
    expect(gateway.connections).toBe(1);
    expect(gateway.streamsInProgress).toBe(1);
    client.socket.end();
    await until(() => client.closed && connections.length === 1);
    expect(connections[0]).toMatchObject({
      protocol: "tcp",
      port,
      serviceName: "app",
      endpointId: endpoint.url,
      attempts: 1,
      clientIp: "127.0.0.1",
      clientPort: client.socket.localPort ?? expect.any(Number),
      outcome: "ok",
      code: undefined,
      reason: undefined,
      requestBytes: 4,
      responseBytes: 10,
    });
    expect([gateway.connections, gateway.streamsInProgress]).toEqual([0, 0]);
  });

  it("passes on that one side has ended, and lets the other go on", async () => {
    let heard = "";
    const endpoint = await startTcpEndpoint((socket) => {
      socket.on("data", (part: Buffer) => {
        heard += part.toString();
      });
      // The answer comes when the question has ended, some time later.
      socket.on("end", () => setTimeout(() => socket.end(`heard ${heard}`), 30));
    });
    const { port, connections } = await startTcpGateway({ endpoints: [endpoint.url] });
    const client = connectTcp(port);
    client.socket.end("question");
    await until(() => client.closed);
    expect(client.text).toBe("heard question");
    await until(() => connections.length === 1);
    expect(connections[0]?.outcome).toBe("ok");
  });

  it("passes on that the endpoint has ended, while the client goes on", async () => {
    let heard = "";
    const endpoint = await startTcpEndpoint((socket) => {
      socket.on("data", (part: Buffer) => {
        heard += part.toString();
      });
      socket.end("that is all");
    });
    const { port } = await startTcpGateway({ endpoints: [endpoint.url] });
    const client = connectTcp(port);
    await until(() => client.ended);
    client.socket.write("still ");
    await pause(20);
    client.socket.end("here");
    await until(() => heard === "still here");
    expect([client.text, client.error]).toEqual(["that is all", undefined]);
  });

  it("passes large amounts both ways at once, unchanged", async () => {
    const endpoint = await startTcpEndpoint(echo());
    const { port, connections } = await startTcpGateway({ endpoints: [endpoint.url] });
    const client = connectTcp(port, { paused: true });
    const sent = randomBytes(16 * 1024 * 1024);
    const hash = createHash("sha256");
    client.socket.on("data", (part: Buffer) => void hash.update(part));
    client.socket.end(sent);
    await until(() => client.closed, undefined, 8_000);
    expect(hash.digest("hex")).toBe(createHash("sha256").update(sent).digest("hex"));
    await until(() => connections.length === 1);
    expect(connections[0]).toMatchObject({ requestBytes: sent.length, responseBytes: sent.length });
  });

  it("goes to the next endpoint where one refuses", async () => {
    const alive = await startTcpEndpoint(echo("alive"));
    const dead = `tcp://127.0.0.1:${await deadPort()}`;
    const { port, connections } = await startTcpGateway({ endpoints: [dead, alive.url], algorithm: "first" });
    const client = connectTcp(port);
    await until(() => client.text === "alive");
    client.socket.end();
    await until(() => connections.length === 1);
    expect(connections[0]).toMatchObject({ endpointId: alive.url, attempts: 2, outcome: "ok" });
    // It is known to be down now, and not tried again.
    connectTcp(port).socket.end();
    await until(() => connections.length === 2);
    expect(connections[1]).toMatchObject({ endpointId: alive.url, attempts: 1 });
  });

  it("resets a client that nobody takes, whatever it has sent", async () => {
    const dead = `tcp://127.0.0.1:${await deadPort()}`;
    const { port, connections } = await startTcpGateway({ endpoints: [dead], retry: { attempts: 0 } });
    const client = connectTcp(port);
    client.socket.write("hello");
    await until(() => client.closed && connections.length === 1);
    expect(client.error?.code).toBe("ECONNRESET");
    expect(connections[0]).toMatchObject({ outcome: "connect-failure", code: "GW0301", attempts: 1 });
    expect(connections[0]?.reason).toMatch(/ECONNREFUSED/);
  });

  it("says of a name without an address that it has none", async () => {
    // RFC 6761 section 6.4: names under .invalid never have one.
    const { port, connections } = await startTcpGateway({
      endpoints: ["tcp://nowhere.invalid:9"],
      retry: { attempts: 0 },
    });
    const client = connectTcp(port);
    await until(() => client.closed && connections.length === 1);
    expect(connections[0]).toMatchObject({ outcome: "connect-failure", code: "GW0308" });
  });

  it("resets a client where every endpoint is drained", async () => {
    const endpoint = await startTcpEndpoint(echo());
    const { port, gateway, connections } = await startTcpGateway({ endpoints: [endpoint.url] });
    gateway.service("app").upstream.drain(endpoint.url);
    const client = connectTcp(port);
    await until(() => client.closed && connections.length === 1);
    expect(connections[0]).toMatchObject({ code: "GW0302", attempts: 0, endpointId: undefined });
  });

  it("tries both addresses of localhost", async () => {
    const endpoint = await startTcpEndpoint(echo("v6"), { host: "::1" });
    const { port } = await startTcpGateway({ endpoints: [`tcp://localhost:${endpoint.port}`] });
    const client = connectTcp(port);
    await until(() => client.text === "v6");
  });

  it("gives each connection to the endpoint with the fewest", async () => {
    const [a, b] = [await startTcpEndpoint(echo("a")), await startTcpEndpoint(echo("b"))];
    const { port, gateway } = await startTcpGateway({ endpoints: [a.url, b.url], algorithm: "least-conn" });
    const clients = [];
    for (let i = 0; i < 6; i++) {
      const client = connectTcp(port);
      await until(() => client.text !== "");
      clients.push(client);
    }
    expect([a.sockets.length, b.sockets.length]).toEqual([3, 3]);
    const inFlight = () => gateway.service("app").upstream.endpoints.map(({ candidate }) => candidate.inFlight);
    expect(inFlight()).toEqual([3, 3]);
    for (const client of clients.filter(({ text }) => text === "a")) client.socket.destroy();
    await until(() => inFlight()[0] === 0);
    for (let i = 0; i < 3; i++) {
      connectTcp(port);
      await until(() => a.sockets.length > 3 + i);
    }
    expect(b.sockets.length).toBe(3);
  });

  it("sends a client always to the same endpoint where its address is hashed", async () => {
    const endpoints = await Promise.all(Array.from({ length: 5 }, () => startTcpEndpoint(echo("x"))));
    const { port } = await startTcpGateway({ endpoints: endpoints.map(({ url }) => url), algorithm: "ip-hash" });
    for (let i = 0; i < 10; i++) {
      const client = connectTcp(port);
      await until(() => client.text === "x");
    }
    expect(endpoints.map(({ sockets }) => sockets.length).filter((count) => count > 0)).toEqual([10]);
  });

  it("resets the client when the endpoint is reset", async () => {
    const endpoint = await startTcpEndpoint((socket) => void socket.once("data", () => socket.resetAndDestroy()));
    const { port, connections } = await startTcpGateway({ endpoints: [endpoint.url] });
    const client = connectTcp(port);
    client.socket.write("go");
    await until(() => client.closed && connections.length === 1);
    expect([client.error?.code, client.ended]).toEqual(["ECONNRESET", false]);
    expect(connections[0]).toMatchObject({ outcome: "reset", code: "GW0303" });
  });

  it("resets the endpoint when the client is reset", async () => {
    const errors: unknown[] = [];
    const endpoint = await startTcpEndpoint((socket) => {
      socket.on("error", (error: NodeJS.ErrnoException) => void errors.push(error.code));
      echo("hi")(socket);
    });
    const { port, connections } = await startTcpGateway({ endpoints: [endpoint.url] });
    const client = connectTcp(port);
    await until(() => client.text === "hi");
    client.socket.resetAndDestroy();
    await until(() => errors.length > 0 && connections.length === 1);
    expect(errors).toEqual(["ECONNRESET"]);
    expect(connections[0]).toMatchObject({ outcome: "cancelled", code: undefined });
  });

  it.each(["to the client", "to the endpoint"])(
    "holds little of what is on its way %s, if nobody takes it",
    async (way) => {
      let sent = 0;
      const block = Buffer.alloc(64 * 1024);
      const before = await buffersInUse();
      const pour = (socket: Socket): void => {
        if (socket.destroyed) return;
        sent += block.length;
        if (socket.write(block)) setImmediate(() => pour(socket));
        else socket.once("drain", () => pour(socket));
      };
      const endpoint = await startTcpEndpoint((socket) => (way === "to the client" ? pour(socket) : socket.pause()), {
        pauseOnConnect: way === "to the endpoint",
      });
      const { port, gateway } = await startTcpGateway({ endpoints: [endpoint.url] });
      const client = connectTcp(port, { paused: true });
      if (way === "to the endpoint") pour(client.socket);
      await until(() => endpoint.sockets.length === 1 && sent > 1024 * 1024);
      // The kernel takes some, tens of megabytes on some machines, and then no more.
      let last = -1;
      while (last !== sent) {
        last = sent;
        for (let i = 0; i < 4; i++) await pause(50);
      }
      // Up to 256 KiB, and the read that brought more than that.
      expect((await buffersInUse()) - before).toBeLessThan(1024 * 1024);
      if (way === "to the client") client.socket.resume();
      else endpoint.sockets[0]?.resume();
      const stuck = sent;
      await until(() => sent > stuck + 8 * 1024 * 1024);
      client.socket.destroy();
      endpoint.sockets[0]?.destroy();
      await until(() => gateway.streamsInProgress === 0);
    },
  );

  it("ends a connection on which nothing is sent", async () => {
    let now = 0;
    const endpoint = await startTcpEndpoint(echo("hi"));
    const { port, connections } = await startTcpGateway(
      { endpoints: [endpoint.url], timeouts: { tunnel: "10m" } },
      { options: { clock: { now: () => now } } },
    );
    const client = connectTcp(port);
    await until(() => client.text === "hi");
    now = 9 * 60_000;
    client.socket.write("!");
    await until(() => client.text === "hi!");
    // The coarse timer, which runs every 200 ms, has to see that there was something.
    for (let i = 0; i < 6; i++) await pause(50);
    now += 9 * 60_000;
    for (let i = 0; i < 6; i++) await pause(50);
    expect(client.closed).toBe(false);
    now += 60_000;
    await until(() => client.closed && connections.length === 1);
    expect(connections[0]).toMatchObject({ outcome: "cancelled", reason: "nothing was sent for too long" });
  });

  it("tries no longer than may be for a connection", async () => {
    // TEST-NET-1 (RFC 5737): nobody is there, or the system says at once that it cannot be reached.
    const { port, connections } = await startTcpGateway({
      endpoints: ["tcp://192.0.2.1:9"],
      retry: { attempts: 0 },
      timeouts: { connect: "50ms" },
    });
    const client = connectTcp(port);
    await until(() => client.closed && connections.length === 1);
    expect(connections[0]?.outcome).toBe("connect-failure");
    expect(["GW0301", "GW0305"]).toContain(connections[0]?.code);
  });

  it("lets those who are connected end, and takes nobody new, when it drains", async () => {
    const endpoint = await startTcpEndpoint(echo("hi"));
    const { port, gateway } = await startTcpGateway({ endpoints: [endpoint.url] });
    const client = connectTcp(port);
    await until(() => client.text === "hi");
    const drained = gateway.drain(5_000);
    const late = connectTcp(port);
    await until(() => late.closed);
    expect(late.error?.code).toBe("ECONNREFUSED");
    client.socket.write("!");
    await until(() => client.text === "hi!");
    client.socket.end();
    expect(await drained).toBe(0);
    expect([client.text, client.error]).toEqual(["hi!", undefined]);
  });

  it("cuts those who are still connected when its time is up", async () => {
    const endpoint = await startTcpEndpoint(echo("hi"));
    const { port, gateway, connections } = await startTcpGateway({ endpoints: [endpoint.url] });
    const client = connectTcp(port);
    await until(() => client.text === "hi");
    expect(await gateway.drain(30)).toBe(1);
    await until(() => client.closed);
    expect([client.error?.code, connections[0]?.reason]).toEqual(["ECONNRESET", "the gateway stopped"]);
  });

  it("resets those who are too many", async () => {
    const endpoint = await startTcpEndpoint(echo("hi"));
    const { port } = await startTcpGateway({ endpoints: [endpoint.url] }, { config: { limits: { connections: 2 } } });
    const [a, b] = [connectTcp(port), connectTcp(port)];
    await until(() => a.text === "hi" && b.text === "hi");
    const c = connectTcp(port);
    await until(() => c.closed);
    expect(c.error?.code).toBe("ECONNRESET");
    a.socket.end();
    await until(() => a.closed);
    const d = connectTcp(port);
    await until(() => d.text === "hi");
  });

  it("has those wait for whom the service has no room, and resets those who wait too long", async () => {
    let now = 0;
    const endpoint = await startTcpEndpoint(echo("hi"));
    const limits = { connections: 1, pending: 1, queueTimeout: "5s" };
    const { port, connections } = await startTcpGateway(
      { endpoints: [endpoint.url], limits },
      { options: { clock: { now: () => now } } },
    );
    const first = connectTcp(port);
    await until(() => first.text === "hi");
    const second = connectTcp(port);
    await until(() => second.socket.readyState === "open");
    const third = connectTcp(port);
    await until(() => third.closed && connections.length === 1);
    expect(connections[0]).toMatchObject({ code: "GW0313", attempts: 0 });
    expect([second.text, endpoint.sockets.length]).toEqual(["", 1]);
    first.socket.end();
    await until(() => second.text === "hi");
    const fourth = connectTcp(port);
    await until(() => fourth.socket.readyState === "open");
    await pause(20);
    now = 5_000;
    await until(() => fourth.closed);
    expect([second.closed, connections.at(-1)?.code]).toEqual([false, "GW0313"]);
    // The place of one that gave up is not kept.
    second.socket.end();
    await until(() => second.closed);
    const last = connectTcp(port);
    await until(() => last.text === "hi");
  });

  it("waits for a service that starts", async () => {
    const endpoint = await startTcpEndpoint(echo("hi"));
    const { port, gateway, connections } = await startTcpGateway({ endpoints: [endpoint.url], hold: "5s" });
    gateway.setStarting("app", true);
    const client = connectTcp(port);
    client.socket.write("early ");
    await until(() => gateway.streamsInProgress === 1);
    expect(endpoint.sockets).toHaveLength(0);
    gateway.setStarting("app", false);
    await until(() => client.text === "hiearly ");
    expect(connections).toHaveLength(0);
  });

  it("checks whether endpoints accept connections", async () => {
    const endpoint = await startTcpEndpoint();
    const health = { tcp: true, interval: "20ms", fall: 1 };
    const { gateway } = await startTcpGateway({ endpoints: [endpoint.url], health });
    const state = () => gateway.service("app").upstream.endpoints[0]?.health;
    await until(() => state() === "healthy");
    await endpoint.kill();
    await until(() => state() === "unhealthy");
  });

  it("says where it listens", async () => {
    const endpoint = await startTcpEndpoint();
    const { gateway, port } = await startTcpGateway({ endpoints: [endpoint.url] });
    expect(gateway.bound).toEqual([{ kind: "tcp", hosts: ["127.0.0.1", "::1"], port, url: `tcp://localhost:${port}` }]);
  });
});
