import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { until } from "../../helpers/eventually.ts";
import { connectTcp, deadPort, echo, startTcpEndpoint, startTcpGateway } from "./support.ts";
import { fc } from "../../helpers/property.ts";

interface Step {
  readonly octets: number;
  /** Lets the other side have its turn first. */
  readonly turn: boolean;
}

/** What one side says, part by part; then it ends. */
async function say(socket: Socket, steps: readonly Step[], text: Buffer): Promise<void> {
  let at = 0;
  for (const { octets, turn } of steps) {
    socket.write(text.subarray(at, at + octets));
    at += octets;
    if (turn) await new Promise(setImmediate);
  }
  socket.end();
}

function hear(socket: Socket): () => Buffer {
  const parts: Buffer[] = [];
  socket.on("data", (part: Buffer) => void parts.push(part));
  return () => Buffer.concat(parts);
}

describe("a relay", () => {
  it("hands on what both sides say, unchanged and whole, however it comes and whoever ends first", async () => {
    const step = fc.record({ octets: fc.oneof(fc.nat(50), fc.nat(5_000), fc.nat(400_000)), turn: fc.boolean() });
    const steps = fc.array(step, { maxLength: 8 });
    let accepted: ((socket: Socket) => void) | undefined;
    const endpoint = await startTcpEndpoint((socket) => accepted?.(socket));
    const { port, gateway, connections } = await startTcpGateway({ endpoints: [endpoint.url] });
    await fc.assert(
      fc.asyncProperty(steps, steps, async (ofClient, ofEndpoint) => {
        const total = (side: readonly Step[]): number => side.reduce((sum, { octets }) => sum + octets, 0);
        const [question, answer] = [randomBytes(total(ofClient)), randomBytes(total(ofEndpoint))];
        const far = new Promise<Socket>((resolve) => {
          accepted = resolve;
        });
        const { socket: near } = connectTcp(port, { paused: true });
        const told = connections.length;
        const heardNear = hear(near);
        const talking = say(near, ofClient, question);
        const there = await far;
        const heardFar = hear(there);
        await Promise.all([talking, say(there, ofEndpoint, answer)]);
        await until(() => near.closed && there.closed && connections.length === told + 1);
        expect([heardNear().equals(answer), heardFar().equals(question)]).toEqual([true, true]);
        const { outcome, requestBytes, responseBytes } = connections.at(-1) ?? {};
        expect({ outcome, requestBytes, responseBytes }).toEqual({
          outcome: "ok",
          requestBytes: question.length,
          responseBytes: answer.length,
        });
      }),
      { numRuns: 40 },
    );
    expect([gateway.connections, gateway.streamsInProgress]).toEqual([0, 0]);
  });

  it("leaves nothing behind of clients and endpoints that come, go, reset and die", async () => {
    const endpoints = await Promise.all([0, 1, 2].map(() => startTcpEndpoint(echo("hi"))));
    const dead = `tcp://127.0.0.1:${await deadPort()}`;
    const urls = endpoints.map(({ url }) => url);
    const { port, gateway, connections } = await startTcpGateway({ endpoints: [...urls, dead], algorithm: "p2c" });
    const clients = Array.from({ length: 300 }, (_, i) => {
      const client = connectTcp(port);
      client.socket.write("x".repeat((i * 7919) % 3_000));
      if (i % 3 === 0) client.socket.end();
      if (i % 3 === 1) setTimeout(() => client.socket.resetAndDestroy(), i % 40);
      return client;
    });
    setTimeout(() => {
      for (const socket of endpoints[0]?.sockets ?? []) socket.resetAndDestroy();
    }, 25);
    await until(() => clients.filter(({ socket }) => socket.destroyed).length >= 200);
    for (const { socket } of clients) socket.destroy();
    await until(() => gateway.connections === 0 && gateway.streamsInProgress === 0 && connections.length === 300);
    const { upstream } = gateway.service("app");
    expect(upstream.endpoints.map(({ candidate }) => candidate.inFlight)).toEqual([0, 0, 0, 0]);
    expect(connections.filter(({ outcome }) => outcome === "connect-failure")).toEqual([]);
  });
});
