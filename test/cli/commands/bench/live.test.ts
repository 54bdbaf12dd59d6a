import { describe, expect, it } from "vitest";
import { benchLive } from "../../../../src/cli/commands/bench/live/command.ts";
import { checkLiveArgs, LIVE_OPTIONS, type LiveArgs } from "../../../../src/cli/commands/bench/live/options.ts";
import type { BenchArgs } from "../../../../src/cli/commands/bench/args.ts";
import { serveBench } from "../../../../src/lab/live/bench-gateway.ts";
import { EXIT } from "../../../../src/shared/errors/entry.ts";
import { createFakeContext, type FakeOptions } from "../../../helpers/context.ts";
import { startEndpoint } from "../../../helpers/endpoints.ts";

/** A short live run through a gateway in this process. */
async function bench(args: BenchArgs & LiveArgs, options: FakeOptions = {}) {
  const fake = createFakeContext({ columns: 100, ...options });
  const exitCode = await benchLive(fake.ctx, { live: true, rate: 1000, requests: 100, seed: 1, ...args }, serveBench);
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() };
}

function parser(flag: string): (text: string) => unknown {
  const option = LIVE_OPTIONS.find(({ flags }) => flags.startsWith(flag));
  if (option === undefined || !("parse" in option) || option.parse === undefined) throw new Error(flag);
  return option.parse;
}

const config = (urls: readonly string[]) =>
  JSON.stringify({
    version: 1,
    services: { users: { endpoints: urls } },
    routes: [{ match: "/", service: "users" }],
  });

describe("bench --live", () => {
  it("prints what was sent, the comparison, the gateway's cost and the verdict", async () => {
    const { exitCode, stdout } = await bench({
      algo: "round-robin,random",
      scenario: "uniform",
      endpoints: 3,
      serviceTime: "const:0.5ms",
    });
    expect(exitCode).toBe(EXIT.ok);
    expect(stdout).toMatch(/^uniform .*\nlive at 1000 requests\/s · 0\.1 s each · 3 endpoints · load \d/);
    expect(stdout).toMatch(/│ round-robin │/);
    expect(stdout).toMatch(/The gateway took \d+( to \d+)? µs of CPU for each request\./);
    expect(stdout).toMatch(/Winner|No single winner/);
  });

  it("shows one algorithm endpoint by endpoint, and over time", async () => {
    const { stdout } = await bench({ algo: "p2c", scenario: "uniform", endpoints: 2, serviceTime: "const:0.5ms" });
    expect(stdout).toContain("endpoint-2");
    expect(stdout).toMatch(/slowest answer over time/);
    expect(stdout).toContain("to compare:");
  });

  it("goes before a service of the config, counts its errors, and breaks limits", async () => {
    const endpoint = await startEndpoint((_, response) => response.writeHead(503).end());
    const files = { "gateway.config.json": config([endpoint.url]) };
    const limits = { failIf: ["errors>10%"] };
    const { exitCode, stdout, stderr } = await bench({ algo: "p2c", service: "users", ...limits }, { files });
    expect(exitCode).toBe(EXIT.difference);
    expect(stdout).toMatch(/^users .*a service of your own/);
    expect(stdout).toContain("p2c: 90 of 90 requests failed: 90 × HTTP 503.");
    expect(stderr).toContain("failed p2c: errors>10%");
  });

  it("prints JSON, in which what is not known is null", async () => {
    const { url } = await startEndpoint();
    const files = { "gateway.config.json": config([url]) };
    const { stdout } = await bench({ algo: "p2c", service: "users", json: true }, { files });
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ schemaVersion: 1, mode: "live", scenario: "users", requests: 100 });
    expect(report.setup).toMatchObject({ load: null, serviceTime: null, rate: 1000 });
    expect(report.results[0].endpoints).toEqual([
      { endpoint: url, requests: 90, utilization: null, offered: null, speed: 1, weight: 1 },
    ]);
    expect(report.results[0].live.overhead).toBeNull();
  });

  it("refuses what lies on another machine, and what is not in the config", async () => {
    const files = { "gateway.config.json": config(["http://198.51.100.7"]) };
    await expect(bench({ service: "users" }, { files })).rejects.toThrow(/not on this machine.*--allow-remote/);
    await expect(bench({ service: "user" }, { files })).rejects.toThrow(
      'There is no service "user". Did you mean users?',
    );
  });

  it("ends with Ctrl-C, and says that nothing is reported", async () => {
    const fake = createFakeContext();
    const args = { live: true, rate: 200, requests: 10_000, algo: "p2c", scenario: "uniform" };
    const running = benchLive(fake.ctx, args, async (settings) => {
      const gateway = await serveBench(settings);
      setTimeout(() => fake.interrupt(), 50);
      return gateway;
    });
    expect(await running).toBe(130);
    expect(fake.stderr()).toContain("Stopped");
    expect(fake.stdout()).toBe("");
  });
});

describe("flags of bench --live", () => {
  it.each([
    [{ rate: 5 }, "--rate belongs to --live"],
    [{ service: "users" }, "--service belongs to --live"],
    [{ live: true, closed: true, rate: 5 }, "has no --rate"],
    [{ live: true, rate: 5, load: 0.5 }, "--rate and --load"],
    [{ live: true, duration: 5, requests: 50 }, "--duration and --requests"],
    [{ live: true, service: "users", serviceTime: "exp:1ms" }, "--service-time is about synthetic endpoints"],
    [{ live: true, path: "/x" }, "--path belongs to --service"],
    [{ live: true, validate: true }, "--validate is about the simulator"],
    [{ live: true, fromConfig: true }, "write --service NAME"],
  ])("do not go together: %o", (args, message) => {
    expect(() => checkLiveArgs(args)).toThrow(message);
  });

  it("may be given alone", () => {
    expect(() => checkLiveArgs({ closed: false })).not.toThrow();
    expect(() => checkLiveArgs({ live: true, rate: 5, duration: 1000 })).not.toThrow();
    expect(() => checkLiveArgs({ live: true, compare: "a.json" })).not.toThrow();
  });

  it.each([
    ["--rate", "500", 500],
    ["--rate", "12.5", 12.5],
    ["--rate", "1_000", 1000],
    ["--duration", "1.5s", 1500],
    ["--path", "/users?x=1", "/users?x=1"],
  ])("%s %s", (flag, text, value) => {
    expect(parser(flag)(text)).toBe(value);
  });

  it.each([
    ["--rate", "0"],
    ["--rate", "fast"],
    ["--duration", "10"],
    ["--duration", "0s"],
    ["--path", "users"],
    ["--path", "/a\r\nx: y"],
    ["--path", "/a b"],
  ])("%s does not take %j", (flag, text) => {
    expect(() => parser(flag)(text)).toThrow(flag);
  });
});
