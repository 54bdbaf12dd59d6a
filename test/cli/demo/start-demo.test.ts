import { get, type IncomingMessage } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Demo, startDemo } from "../../../src/cli/demo/start-demo.ts";
import { loadValue } from "../../../src/config/load.ts";
import type { Timers } from "../../../src/shared/timers.ts";
import { createRng } from "../../../src/shared/rng.ts";
import { eventually } from "../../helpers/eventually.ts";

interface Service {
  readonly endpoints: readonly (string | { readonly url: string; readonly weight: number })[];
  readonly algorithm: string;
}

/** Delays from `from` ms on wait until the test lets them pass; shorter ones pass by themselves. */
function heldTimers(from: number): { timers: Timers; held: Set<{ ms: number; run: () => void }> } {
  const held = new Set<{ ms: number; run: () => void }>();
  return {
    held,
    timers: {
      after(ms, run) {
        if (ms < from) {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        }
        const entry = { ms, run };
        held.add(entry);
        return () => held.delete(entry);
      },
    },
  };
}

async function demo(timers?: Timers): Promise<{ demo: Demo; said: string[] }> {
  const said: string[] = [];
  const started = await startDemo({ rng: createRng(1), log: (line) => said.push(line), ...(timers && { timers }) });
  onTestFinished(() => started.stop());
  return { demo: started, said };
}

const servicesOf = (started: Demo) => started.config["services"] as Record<string, Service>;
const urlOf = (started: Demo, name: string) => [...started.names].find(([, each]) => each === name)?.[0] as string;

function fetchJson(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response: IncomingMessage) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    }).on("error", reject);
  });
}

describe("startDemo", () => {
  it("describes what it has started: three services, each with another algorithm, one with health checks", async () => {
    const { demo: started } = await demo();
    const services = servicesOf(started);
    expect(Object.entries(services).map(([name, each]) => [name, each.endpoints.length, each.algorithm])).toEqual([
      ["users", 3, "least-conn"],
      ["orders", 3, "round-robin"],
      ["inventory", 2, "weighted-round-robin"],
    ]);
    const urls = Object.values(services).flatMap((each) =>
      each.endpoints.map((one) => (typeof one === "string" ? one : one.url)),
    );
    expect(new Set(urls)).toEqual(new Set(started.names.keys()));
    for (const [url, name] of started.names) {
      expect(await fetchJson(`${url}/healthz`)).toEqual({ status: 200, body: { healthy: true, answeredBy: name } });
    }
  });

  it("describes it in a config without a single finding", async () => {
    const { demo: started } = await demo();
    expect(loadValue(started.config).diagnostics).toEqual([]);
  });

  it("answers with the instance's name, and with 404 what it does not have", async () => {
    const { demo: started } = await demo();
    const url = urlOf(started, "users-1");
    expect(await fetchJson(`${url}/users/3?x=1`)).toEqual({
      status: 200,
      body: { answeredBy: "users-1", id: 3, name: "Grace" },
    });
    expect((await fetchJson(`${url}/`)).body).toMatchObject({ answeredBy: "users-1" });
    expect((await fetchJson(`${url}/users`)).body["users"]).toHaveLength(8);
    expect((await fetchJson(`${url}/users/99`)).status).toBe(404);
    expect((await fetchJson(`${url}/orders/1`)).status).toBe(404);
    expect((await fetchJson(`${url}/users/3/orders`)).status).toBe(404);
  });

  it("has one endpoint that takes at least half a second", async () => {
    const { timers, held } = heldTimers(100);
    const { demo: started } = await demo(timers);
    const answered = fetchJson(`${urlOf(started, "users-3")}/users`);
    await eventually(() => expect(held.size).toBe(1));
    const [wait] = held;
    expect(wait?.ms).toBeGreaterThanOrEqual(500);
    wait?.run();
    expect((await answered).status).toBe(200);
  });

  it("closes every port when it stops", async () => {
    const { demo: started } = await demo();
    await started.stop();
    for (const url of started.names.keys()) await expect(fetchJson(url)).rejects.toThrow("ECONNREFUSED");
  });
});

describe("the flaky endpoint", () => {
  it("is well, away, well, dropping, well; the first trouble within five seconds, over within ten", async () => {
    // Only the flaky one's own delays are this long; traffic goes to a port that nobody listens on.
    const { timers, held } = heldTimers(2_000);
    const { demo: started, said } = await demo(timers);
    const url = `${urlOf(started, "orders-3")}/healthz`;
    onTestFinished(started.startTraffic("http://127.0.0.1:1"));
    const waited: number[] = [];
    const pass = async () => {
      const lines = said.length;
      const [wait] = held;
      held.clear();
      waited.push(wait?.ms ?? 0);
      wait?.run();
      await eventually(() => expect(said.length).toBe(lines + 1));
    };
    expect((await fetchJson(url)).status).toBe(200);
    await pass();
    await expect(fetchJson(url)).rejects.toThrow("ECONNREFUSED");
    await pass();
    expect((await fetchJson(url)).status).toBe(200);
    expect(waited[0]).toBeLessThan(5_000);
    expect((waited[0] ?? 0) + (waited[1] ?? 0)).toBeLessThan(10_000);
    await pass();
    await expect(fetchJson(url)).rejects.toThrow("socket hang up");
    await pass();
    expect((await fetchJson(url)).status).toBe(200);
    expect(said.map((line) => line.split(" ")[0])).toEqual(Array(4).fill("orders-3"));
  });
});
