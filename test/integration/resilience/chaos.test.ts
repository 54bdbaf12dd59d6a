import { Agent, request } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { appConfig, atRest, startGateway, type TestGateway } from "../../helpers/gateway.ts";

type Mode = "ok" | "hung" | "slow" | "resetting" | "junk" | "failing" | "flapping" | "dead";

/** An endpoint that can be made to misbehave in any way while it runs. */
class Trouble {
  mode: Mode = "ok";
  asked = 0;
  url = "";
  private port = 0;
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();

  async start(): Promise<void> {
    const server = createServer((socket) => this.accept(socket));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.port}`;
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("error", () => {});
    socket.on("data", (data: Buffer) => {
      // Requests without a body, perhaps several at once.
      const count = data.toString("latin1").split("\r\n\r\n").length - 1;
      for (let i = 0; i < count; i++) this.answer(socket);
    });
  }

  private answer(socket: Socket): void {
    this.asked++;
    const ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    const bad = this.mode === "flapping" ? this.asked % 10 < 5 : this.mode === "failing";
    if (bad) socket.write("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n");
    else if (this.mode === "slow") setTimeout(() => socket.write(ok), 400).unref();
    else if (this.mode === "resetting") socket.resetAndDestroy();
    else if (this.mode === "junk") socket.write("\u0016\u0003\u0001 this is not HTTP\r\n\r\n");
    else if (this.mode !== "hung") socket.write(ok);
  }

  async become(mode: Mode): Promise<void> {
    if (this.mode === "dead" && mode !== "dead") await this.start();
    this.mode = mode;
    if (mode === "dead") await this.stop();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server?.close(resolve));
  }
}

async function startTrouble(): Promise<{ endpoints: Trouble[]; gateway: TestGateway }> {
  const endpoints = [new Trouble(), new Trouble(), new Trouble(), new Trouble()];
  for (const endpoint of endpoints) {
    await endpoint.start();
    onTestFinished(() => endpoint.stop());
  }
  const gateway = await startGateway(
    appConfig(
      endpoints.map(({ url }) => url),
      {
        algorithm: "least-conn",
        retry: { attempts: 3, on: ["connect-failure", "reset", 502, 503], backoff: "5ms", budget: "100%" },
        outlier: { consecutiveErrors: 3, ejectFor: "1s" },
        health: { path: "/healthz", interval: "100ms", timeout: "100ms", fall: 1 },
        hedge: { after: "50ms" },
      },
    ),
  );
  return { endpoints, gateway };
}

/** 200 requests a second, whether those before have been answered or not. */
async function openLoop(url: string, forMs: number): Promise<Map<string, number>> {
  const agent = new Agent({ keepAlive: true });
  const got = new Map<string, number>();
  const pending: Promise<void>[] = [];
  const begun = performance.now();
  for (let sent = 0; sent < forMs / 5; ) {
    while (sent < Math.min(forMs, performance.now() - begun) / 5) {
      sent++;
      pending.push(
        new Promise((resolve) => {
          const count = (what: string): void => {
            got.set(what, (got.get(what) ?? 0) + 1);
            resolve();
          };
          const asking = request(`${url}/`, { agent }, (response) => {
            response.resume();
            response.on("end", () => count(String(response.statusCode)));
            response.on("error", (error) => count(error.message));
          });
          asking.on("error", (error) => count(error.message));
          asking.end();
        }),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(pending);
  agent.destroy();
  return got;
}

/** When the gateway first leaves all of these alone, in ms from now. */
async function leftAlone(
  { gateway }: TestGateway,
  urls: readonly string[],
  withinMs: number,
): Promise<number | undefined> {
  const begun = performance.now();
  while (performance.now() - begun < withinMs) {
    const { endpoints } = gateway.service("app").upstream.snapshot();
    if (endpoints.every(({ id, eligible }) => !eligible || !urls.includes(id))) return performance.now() - begun;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return undefined;
}

const RUN = 600;

describe("endpoints in trouble, under 200 requests a second", () => {
  it.each<[mode: Mode, how: string]>([
    ["dead", "killed"],
    ["hung", "hung"],
    ["slow", "slow"],
    ["resetting", "resetting every connection"],
    ["junk", "answering junk"],
    ["failing", "answering 503"],
    ["flapping", "flapping"],
  ])("lose no request while one is %s", async (mode, how) => {
    const { endpoints, gateway } = await startTrouble();
    const victim = endpoints[1] as Trouble;
    const loading = openLoop(gateway.url, RUN);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await victim.become(mode);
    const after = await leftAlone(gateway, [victim.url], RUN);
    expect(await loading).toEqual(new Map([["200", RUN / 5]]));
    console.log(`${how}: ${after === undefined ? "not put aside" : `put aside after ${Math.round(after)} ms`}`);
    if (mode !== "slow" && mode !== "flapping") expect(after).toBeDefined();
    await victim.become("ok");
    await expect.poll(() => atRest(gateway.gateway)).toBe(true);
  });

  it("lose none while half of them die at once, and use them again when they are back", async () => {
    const { endpoints, gateway } = await startTrouble();
    const victims = endpoints.slice(0, 2);
    const loading = openLoop(gateway.url, 2 * RUN);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const victim of victims) await victim.become("dead");
    const urls = victims.map(({ url }) => url);
    const after = await leftAlone(gateway, urls, RUN);
    console.log(`half of them killed: put aside after ${Math.round(after ?? Number.NaN)} ms`);
    for (const victim of victims) await victim.become("ok");
    expect(await loading).toEqual(new Map([["200", (2 * RUN) / 5]]));
    expect(after).toBeDefined();
    await expect
      .poll(
        () =>
          gateway.gateway
            .service("app")
            .upstream.snapshot()
            .endpoints.every(({ eligible }) => eligible),
        {
          timeout: 5_000,
        },
      )
      .toBe(true);
  });
});
