import { describe, expect, it } from "vitest";
import { benchLive } from "../../../../src/cli/commands/bench/live/command.ts";
import { serveBench } from "../../../../src/lab/live/bench-gateway.ts";
import type { LiveReport } from "../../../../src/lab/report/live-figures.ts";
import { createFakeContext } from "../../../helpers/context.ts";
import { startEndpoint } from "../../../helpers/endpoints.ts";

const LIVE = { live: true, rate: 1000, requests: 400, seed: 1, algo: "round-robin,random" };

async function bench(args: object, files: Readonly<Record<string, string>> = {}) {
  const fake = createFakeContext({ files });
  await benchLive(fake.ctx, { ...LIVE, ...args }, serveBench);
  return { stdout: fake.stdout(), stderr: fake.stderr() };
}

describe("reports of a live run", () => {
  it("hold the distribution, the run over time and what was at each synthetic endpoint", async () => {
    const { stdout } = await bench({ scenario: "uniform", endpoints: 3, serviceTime: "const:2ms", json: true });
    for (const { distribution, timeline, endpointLoads } of (JSON.parse(stdout) as LiveReport).results) {
      expect(distribution?.times.at(-1)).toBeGreaterThanOrEqual(2);
      const intervals = (timeline?.bounds.length ?? 0) - 1;
      expect(intervals).toBeGreaterThan(0);
      expect(timeline?.p99.length).toBe(intervals);
      expect(timeline?.warmupMs).toBeGreaterThan(0);
      expect(endpointLoads?.map(({ inFlight }) => inFlight?.length)).toEqual([intervals, intervals, intervals]);
      expect(Math.max(...(endpointLoads?.[0]?.inFlight ?? []))).toBeGreaterThan(0);
    }
  });

  it("are pages, too; of a service of the user's own without what nobody sees from outside", async () => {
    const endpoint = await startEndpoint((_, response) => response.end("ok"));
    const config = { version: 1, services: { users: [endpoint.url] }, routes: [{ match: "/", service: "users" }] };
    const files = { "gateway.config.json": JSON.stringify(config) };
    const { stdout } = await bench({ service: "users", scenario: "one-slow", html: "-" }, files);
    expect(stdout).toContain("Live load · users");
    expect(stdout).toContain("What waited there is not known from outside.");
    expect(stdout).not.toContain('class="heat"');
    expect(stdout).toContain("--live --rate 1000 --requests 400 --algo round-robin,random --service users");
    expect(stdout).not.toMatch(/NaN|undefined|Infinity/);
  });
});
