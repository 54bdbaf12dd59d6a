import { describe, expect, it } from "vitest";
import { benchCommand } from "../../../../src/cli/commands/bench.ts";
import { createFakeContext } from "../../../helpers/context.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

async function bench(args: Record<string, unknown>, files: Readonly<Record<string, string>> = {}) {
  const cwd = tempDir(files);
  const fake = createFakeContext({ columns: 100, cwd });
  const exitCode = await benchCommand.run(fake.ctx, { requests: 4000, algo: "p2c", ...args });
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() };
}

const MINE = `
summary: one that answers errors
endpoints:
  - { count: 3 }
  - { speed: 0.5, concurrency: 2, errors: 100%, outages: { every: 10s, for: 1s } }
load: 60%
gateway:
  outlier: { consecutiveErrors: 3, ejectFor: 300ms, maxEjectFor: 300ms }
  timeout: 1s
network: exp:1ms
`;

describe("a scenario of one's own", () => {
  it("runs, with what a service's config says", async () => {
    const { exitCode, stdout } = await bench({ scenario: "./mine.yaml", json: true }, { "mine.yaml": MINE });
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ scenario: "mine", setup: { endpoints: 4, load: 0.6 } });
    // A fifth or more, if nobody were put aside.
    expect(report.results[0].errors).toBeGreaterThan(0);
    expect(report.results[0].errors).toBeLessThan(0.1 * report.results[0].requests);
  });

  it.each([80, 100])("shows what failed, within %d columns", async (columns) => {
    const cwd = tempDir({ "mine.yaml": MINE.replace("  outlier:", "  # outlier:") });
    const fake = createFakeContext({ columns, cwd });
    await benchCommand.run(fake.ctx, { requests: 8000, algo: "weighted-round-robin,p2c", scenario: "./mine.yaml" });
    expect(fake.stdout()).toMatch(/weighted-round-robin .* 2\d % /);
    expect(fake.stdout().replaceAll("\n", " ")).toContain("failed: requests without an answer");
    expect(
      Math.max(
        ...fake
          .stdout()
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(columns);
  });

  it("may be JSON", async () => {
    const text = JSON.stringify({ name: "tiny", endpoints: [{ count: 2 }] });
    const { stdout } = await bench({ scenario: "tiny.json" }, { "tiny.json": text });
    expect(stdout).toContain("tiny  from a file\n2 endpoints · load 70 %");
  });

  it("is refused with the places of what is wrong, and exit code 65", async () => {
    const text = "endpoints:\n  - { cuont: 3 }\nserviceTime: exp:fast\ngateway:\n  retry: { attempts: many }\n";
    const { exitCode, stdout, stderr } = await bench({ scenario: "bad.yaml" }, { "bad.yaml": text });
    expect(exitCode).toBe(65);
    expect(stdout).toBe("");
    expect(stderr).toContain("bad.yaml:2:7");
    expect(stderr).toContain("cuont");
    expect(stderr).toContain("bad.yaml:3:14");
    expect(stderr).toContain('"fast" is no duration');
    expect(stderr).toContain("bad.yaml:5:22");
    expect(stderr).toContain("3 errors in bad.yaml");
  });

  it("is refused where it is no YAML, or not there", async () => {
    expect((await bench({ scenario: "bad.yaml" }, { "bad.yaml": "endpoints: [\n" })).exitCode).toBe(65);
    await expect(bench({ scenario: "nope.yaml" })).rejects.toThrow("The scenario nope.yaml cannot be read: ENOENT.");
  });
});

const CONFIG = `
version: 1
services:
  users:
    endpoints:
      - { url: "http://localhost:4001", weight: 3 }
      - { url: "http://localhost:4002" }
      - { url: "http://localhost:4003", weight: 0 }
      - { url: "http://localhost:4004", backup: true }
    algorithm: { name: peak-ewma, decay: 5s }
  orders: http://localhost:5001
routes:
  - match: { path: /users }
    service: users
`;

describe("--from-config", () => {
  it("simulates the endpoints and weights of a service, and says which line to change", async () => {
    const files = { "gateway.config.yaml": CONFIG };
    const { exitCode, stdout } = await bench({ fromConfig: true, algo: "peak-ewma,random", json: true }, files);
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ scenario: "users", configured: { service: "users", algorithm: "peak-ewma" } });
    expect(report.results[0].endpoints).toMatchObject([
      { endpoint: "http://localhost:4001", weight: 3 },
      { endpoint: "http://localhost:4002", weight: 1 },
    ]);
    const text = await bench({ fromConfig: "users", algo: "random,weighted-least-conn" }, files);
    expect(text.stdout).toContain("services.users.algorithm is peak-ewma, which did not run here.");
    expect((await bench({ fromConfig: "users", algo: "peak-ewma" }, files)).stdout).toContain("none did better");
  });

  it("refuses a service that is not there, and a config that is wrong", async () => {
    const files = { "gateway.config.yaml": CONFIG };
    await expect(bench({ fromConfig: "user" }, files)).rejects.toThrow("Did you mean users?");
    const broken = { "gateway.config.yaml": CONFIG.replace("version: 1", "version: 7") };
    expect((await bench({ fromConfig: true }, broken)).exitCode).toBe(65);
  });
});

describe("--fail-if", () => {
  it("exits 2 and says which limit is broken, after the report", async () => {
    const { exitCode, stdout, stderr } = await bench({ failIf: ["p99>1ms", "errors>1%", "p2c:mean>1ms"] });
    expect(exitCode).toBe(2);
    expect(stdout).toContain("one-slow");
    expect(stderr).toBe("failed p2c: p99>1ms\nfailed p2c: p2c:mean>1ms\n");
  });

  it("exits 0 where none is", async () => {
    expect((await bench({ failIf: ["p99>10s"] })).exitCode).toBe(0);
  });

  it("is refused before anything runs", async () => {
    await expect(bench({ failIf: ["p99"] })).rejects.toMatchObject({ code: "GW0002" });
  });
});

describe("--compare", () => {
  it("exits 2 where p99 has become worse, and 0 where it has not", async () => {
    const saved = (await bench({ json: true, load: 0.4, requests: 20_000 })).stdout;
    const files = { "before.json": saved };
    const worse = await bench({ compare: "before.json", requests: 20_000 }, files);
    expect(worse.exitCode).toBe(2);
    expect(worse.stdout).toMatch(/p99 since the earlier run\np2c {2}[\d. ]+ → [\d. ]+ +\+\d+\.\d % {2}worse\n/);
    expect(worse.stdout).toContain("Not the same conditions: load 0.4, now 0.7.");
    const same = await bench({ compare: "before.json", load: 0.4, requests: 20_000, seed: 2, json: true }, files);
    expect(same.exitCode).toBe(0);
    expect(JSON.parse(same.stdout).comparison.algorithms[0]).toMatchObject({ algorithm: "p2c", judgement: "same" });
  });

  it("takes nothing but a report", async () => {
    await expect(bench({ compare: "a.json" }, { "a.json": "{}" })).rejects.toThrow(
      "a.json is no report of bench --json",
    );
    await expect(bench({ compare: "a.json" }, { "a.json": "x" })).rejects.toThrow("a.json is not JSON");
    await expect(bench({ compare: "a.json" })).rejects.toThrow("cannot be read: ENOENT");
  });
});
