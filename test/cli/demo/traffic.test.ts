import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { nextRequest, startTraffic } from "../../../src/cli/demo/traffic.ts";
import type { Timers } from "../../../src/shared/timers.ts";
import { createRng } from "../../../src/shared/rng.ts";
import { eventually } from "../../helpers/eventually.ts";

/** A listener that counts, at a URL. */
async function listener(): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.headers["user-agent"]}`);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** Each pause is over when the test says so. */
function steppedTimers(): { timers: Timers; pauses: number[]; step(): void; pending(): boolean } {
  const pauses: number[] = [];
  let waiting: (() => void) | undefined;
  return {
    pauses,
    pending: () => waiting !== undefined,
    step: () => waiting?.(),
    timers: {
      after(ms, run) {
        pauses.push(ms);
        waiting = run;
        return () => (waiting = undefined);
      },
    },
  };
}

describe("startTraffic", () => {
  it("sends one request after each pause, and none once it is ended", async () => {
    const { url, seen } = await listener();
    const { timers, step, pending } = steppedTimers();
    const end = startTraffic(url, createRng(1), timers);
    for (let sent = 1; sent <= 10; sent++) {
      step();
      await eventually(() => expect(seen).toHaveLength(sent));
    }
    expect(seen.every((line) => line.endsWith(" gatewayctl-demo"))).toBe(true);
    end();
    expect(pending()).toBe(false);
  });

  it("pauses for 200ms on average", () => {
    const { timers, step, pauses } = steppedTimers();
    const end = startTraffic("http://127.0.0.1:1", createRng(2), timers);
    for (let i = 1; i < 500; i++) step();
    end();
    const mean = pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length;
    // Exponential: the standard deviation of the mean of 500 is 200 / sqrt(500) = 8.9; five of them either way.
    expect(Math.abs(mean - 200)).toBeLessThan(45);
  });
});

describe("nextRequest", () => {
  it("asks for all three services, and posts only to the one that is not flaky", () => {
    const rng = createRng("traffic");
    const counts = new Map<string, number>();
    for (let i = 0; i < 1_000; i++) {
      const { method, path } = nextRequest(rng);
      const key = `${method} ${path.split("/")[1]}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["GET inventory", "GET orders", "GET users", "POST inventory"]);
    // Binomial with n = 1000, p = 0.4: standard deviation 15.5; five of them either way.
    expect(Math.abs((counts.get("GET users") ?? 0) - 400)).toBeLessThan(78);
  });
});
