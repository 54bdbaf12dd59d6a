import { Agent, request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { appConfig } from "../../helpers/gateway.ts";
import { mostOpenFiles } from "./open-files.ts";
import { startGatewayProcess } from "./gateway-process.ts";

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/** A connection that asks whenever it is told to, and says whether the answer was whole. */
class Connection {
  readonly socket: Socket;
  private received = "";
  private told: ((whole: boolean) => void) | undefined;
  private last = "";
  failed = false;

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.socket.setEncoding("latin1");
    this.socket.on("data", (text: string) => {
      this.received += text;
      if (this.received.endsWith(this.last)) this.done(this.received.startsWith("HTTP/1.1 200 OK\r\n"));
    });
    this.socket.on("error", () => this.done(false));
    this.socket.on("close", () => this.done(false));
  }

  /** One request, whose answer ends in this text. */
  ask(last: string): Promise<boolean> {
    this.received = "";
    this.last = last;
    if (this.failed) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.told = resolve;
      this.socket.write(GET);
    });
  }

  private done(whole: boolean): void {
    if (!whole) this.failed = true;
    this.told?.(whole);
    this.told = undefined;
  }
}

/** How many of them got a whole answer. */
async function answered(all: readonly Promise<boolean>[]): Promise<number> {
  return (await Promise.all(all)).filter(Boolean).length;
}

describe("idle connections", () => {
  // Each is a file on either side, in two processes; some more are the processes' own.
  const WANTED = 10_000;
  const allowed = mostOpenFiles() - 500;
  const count = Math.min(WANTED, allowed);
  if (count < WANTED)
    console.warn(`only ${count} of ${WANTED} idle connections: more files may not be open (ulimit -n)`);

  it(`${count} are kept, each has been served, and costs less than 8 KB`, async () => {
    const endpoint = await startEndpoint((_request, response) => response.end("one answer"));
    const config = appConfig([endpoint.url], {}, { limits: { connections: WANTED + 100 } });
    const gateway = await startGatewayProcess(config);
    const all: Connection[] = [];
    onTestFinished(() => {
      for (const { socket } of all) socket.destroy();
    });
    // What the process grows to by working, and not by keeping, is there before the first figure.
    const open = async (some: number): Promise<number> => {
      const before = all.length;
      for (let n = 0; n < some; n++) all.push(new Connection(gateway.port));
      return answered(all.slice(before).map((one) => one.ask("one answer")));
    };
    let whole = 0;
    whole += await open(50);
    for (let n = 0; n < 100; n++) await answered(all.map((one) => one.ask("one answer")));
    const before = gateway.rss();
    while (all.length < count) whole += await open(Math.min(250, count - all.length));
    expect(whole).toBe(count);
    const each = (gateway.rss() - before) / (count - 50);
    console.log(`${count} idle connections: ${Math.round(each)} B each, ${Math.round(gateway.rss() / 1e6)} MB in all`);
    expect(each).toBeLessThan(8_000);
    expect(all.filter(({ failed }) => failed)).toHaveLength(0);
    // Old ones and new ones: all of a prime's multiples.
    const again = all.filter((_, i) => i % 97 === 0).map((one) => one.ask("one answer"));
    expect(await answered(again)).toBe(again.length);
    expect(gateway.died).toBe(false);
  }, 40_000);
});

describe("no request fails", () => {
  it("of 500 connections that ask 20 times each", async () => {
    const endpoints = await Promise.all(
      [1, 2, 3].map(() => startEndpoint((_request, response) => response.end("answer"))),
    );
    const gateway = await startGatewayProcess(
      appConfig(
        endpoints.map(({ url }) => url),
        { algorithm: "least-conn" },
      ),
    );
    const all = Array.from({ length: 500 }, () => new Connection(gateway.port));
    onTestFinished(() => {
      for (const { socket } of all) socket.destroy();
    });
    const twenty = async (one: Connection): Promise<number> => {
      let whole = 0;
      for (let n = 0; n < 20; n++) if (await one.ask("answer")) whole++;
      return whole;
    };
    expect((await Promise.all(all.map(twenty))).reduce((sum, whole) => sum + whole, 0)).toBe(10_000);
    expect(endpoints.reduce((sum, { requests }) => sum + requests.length, 0)).toBe(10_000);
  }, 40_000);

  it("of 5,000 that come on a connection each", async () => {
    const endpoint = await startEndpoint((_request, response) => response.end("answer"));
    const gateway = await startGatewayProcess(appConfig([endpoint.url]));
    const agent = new Agent({ keepAlive: false });
    let next = 0;
    let whole = 0;
    const errors: string[] = [];
    const worker = async (): Promise<void> => {
      while (next++ < 5_000) {
        const status = await new Promise<number | string>((resolve) => {
          httpRequest({ port: gateway.port, host: "127.0.0.1", agent }, (response) => {
            response.resume().once("end", () => resolve(response.complete ? (response.statusCode ?? 0) : "cut"));
          })
            .once("error", (error) => resolve(error.message))
            .end();
        });
        if (status === 200) whole++;
        else errors.push(String(status));
      }
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    expect([whole, errors]).toEqual([5_000, []]);
    await until(() => endpoint.requests.length === 5_000);
    // The other side is not connected to anew each time.
    expect(new Set(endpoint.requests.map(({ socket }) => socket)).size).toBeLessThan(200);
  }, 40_000);
});
