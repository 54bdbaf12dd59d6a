import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { pause, until } from "../../helpers/eventually.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";

const MANY = 1_000;
const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

interface Crowd {
  readonly sockets: readonly Socket[];
  connected: number;
  closed: number;
  failed: number;
  /** Answers that have begun, by status. */
  readonly statuses: Map<string, number>;
}

/** Many clients that connect in the same moment. */
function startCrowd(port: number, count = MANY): Crowd {
  const sockets = Array.from({ length: count }, () => connect({ port, host: "127.0.0.1", noDelay: true }));
  const crowd: Crowd = { sockets, connected: 0, closed: 0, failed: 0, statuses: new Map() };
  for (const socket of sockets) {
    socket.once("connect", () => crowd.connected++);
    socket.once("close", () => crowd.closed++);
    socket.once("error", () => crowd.failed++);
    socket.on("data", (bytes: Buffer) => {
      const status = bytes.toString("latin1", 9, 12);
      crowd.statuses.set(status, (crowd.statuses.get(status) ?? 0) + 1);
    });
  }
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return crowd;
}

describe("a thousand clients at once", () => {
  it("are all accepted and answered", async () => {
    const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(ok("hello")) });
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const crowd = startCrowd(port);
    for (const socket of crowd.sockets) socket.write(GET);
    await until(() => crowd.statuses.get("200") === MANY || crowd.failed > 0, "not all were answered", 30_000);
    expect([crowd.connected, crowd.failed, crowd.closed]).toEqual([MANY, 0, 0]);
    expect(gateway.connections).toBe(MANY);
  }, 60_000);

  it.each([
    ["head", "GET / HTTP/1.1\r\nx-a: ", { headerTimeout: "1500ms" }],
    ["body", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n", { bodyTimeout: "1500ms" }],
  ])(
    "that drip their %s are cut in time with a 408, at little cost, and others are served",
    async (what, begin, limits) => {
      const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(ok("hello")) });
      const { port, gateway } = await startGateway(appConfig([endpoint.url], {}, { limits }));
      const crowd = startCrowd(port);
      await until(() => crowd.connected === MANY);
      const usedBefore = process.cpuUsage();
      const began = performance.now();
      for (const socket of crowd.sockets) socket.write(begin);
      // A body that goes on is not late; that it stops is what it is cut for.
      for (let i = 0; what === "head" && crowd.statuses.size === 0; i++) {
        for (const socket of crowd.sockets) if (socket.writable) socket.write("x");
        for (let waited = 0; waited < 4; waited++) await pause(50);
      }
      // In the midst of them, one that is in order.
      const usual = startCrowd(port, 1);
      usual.sockets[0]?.write(GET);
      await until(() => usual.statuses.get("200") === 1, "another client was not served");
      await until(
        () => crowd.statuses.get("408") === MANY,
        () => `only ${crowd.statuses.get("408")} were cut`,
        20_000,
      );
      for (const socket of crowd.sockets) socket.end();
      await until(() => crowd.closed === MANY && gateway.connections === 1, "some were kept", 20_000);
      const used = process.cpuUsage(usedBefore);
      const share = (used.user + used.system) / 1_000 / (performance.now() - began);
      // Of clients, gateway and endpoint, all in this process: a tenth or two.
      console.info(`${MANY} that drip their ${what}: ${Math.round(share * 100)} % of one core`);
      await until(() => atRest(gateway));
      expect(crowd.failed).toBe(0);
    },
    60_000,
  );

  it("beyond limits.connections are reset at once, and cost those who were first nothing", async () => {
    const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(ok("hello")) });
    const { port, gateway } = await startGateway(appConfig([endpoint.url], {}, { limits: { connections: 100 } }));
    const first = startCrowd(port, 100);
    await until(() => gateway.connections === 100);
    const late = startCrowd(port, 900);
    await until(() => late.closed === 900, "some were not refused");
    expect(late.statuses.size).toBe(0);
    for (const socket of first.sockets) socket.write(GET);
    await until(() => first.statuses.get("200") === 100, "the first were not served");
    expect(first.failed).toBe(0);
  }, 60_000);
});
