import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { benchCommand } from "../../../../src/cli/commands/bench.ts";
import { commandLine } from "../../../../src/cli/commands/bench/command-line.ts";
import { createFakeContext } from "../../../helpers/context.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

async function bench(args: Record<string, unknown>, files: Readonly<Record<string, string>> = {}) {
  const cwd = tempDir(files);
  const fake = createFakeContext({ columns: 100, cwd });
  const exitCode = await benchCommand.run(fake.ctx, { requests: 2000, algo: "p2c,random", seed: 1, ...args });
  return { exitCode, cwd, stdout: fake.stdout(), stderr: fake.stderr() };
}

describe("bench --html and --csv", () => {
  it("write files beside what is printed, and say so on stderr", async () => {
    const { exitCode, cwd, stdout, stderr } = await bench(
      { html: "report.html", csv: "out/figures.csv", json: true },
      { "out/old": "" },
    );
    expect(exitCode).toBe(0);
    expect(stderr).toBe("Report written to report.html\nReport written to out/figures.csv\n");
    expect(JSON.parse(stdout)).toMatchObject({ mode: "simulate" });
    const page = readFileSync(join(cwd, "report.html"), "utf8");
    expect(page.startsWith("<!doctype html>")).toBe(true);
    expect(page).toContain("gatewayctl bench --requests 2000 --algo p2c,random</code>");
    expect(readFileSync(join(cwd, "out/figures.csv"), "utf8").split("\r\n").length).toBe(1 + 2 + 20 + 1);
  });

  it("replace an earlier report, and leave no other file", async () => {
    const { cwd } = await bench({ html: "report.html" }, { "report.html": "old" });
    expect(readdirSync(cwd)).toEqual(["report.html"]);
    expect(readFileSync(join(cwd, "report.html"), "utf8")).toContain("</html>");
  });

  it("write to standard output for -, and nothing else there", async () => {
    const { stdout, stderr } = await bench({ csv: "-" });
    expect(stdout.startsWith("row,algorithm,endpoint")).toBe(true);
    expect(stdout).not.toContain("Winner");
    expect(stderr).toBe("");
    await expect(bench({ csv: "-", json: true })).rejects.toThrow("Only one of --json, --html and --csv");
    await expect(bench({ csv: "-", html: "-" })).rejects.toThrow("Only one of");
    await expect(bench({ csv: "-", validate: true })).rejects.toThrow("leave --validate out");
  });

  it("are refused before anything runs, where they could not be written", async () => {
    const begun = bench({ html: "nope/report.html", requests: 900_000_000 });
    await expect(begun).rejects.toMatchObject({ code: "GW0016" });
    await expect(begun).rejects.toThrow("Cannot write nope/report.html: there is no folder nope.");
    await expect(bench({ csv: "out" }, { "out/old": "" })).rejects.toThrow("Cannot write out: it is a folder.");
  });

  it.skipIf(process.getuid?.() === 0)("are refused in a folder that may not be written to", async () => {
    const cwd = tempDir({ "out/old": "" });
    chmodSync(join(cwd, "out"), 0o500);
    const fake = createFakeContext({ cwd });
    await expect(benchCommand.run(fake.ctx, { html: "out/r.html" })).rejects.toMatchObject({ code: "GW0016" });
    expect(existsSync(join(cwd, "out/r.html"))).toBe(false);
  });

  it("name the service of the config, and the algorithm that it has", async () => {
    const config = `version: 1
services: { users: { endpoints: ["http://localhost:4001", "http://localhost:4002"], algorithm: random } }
routes: [{ match: /, service: users }]
`;
    const { cwd } = await bench({ fromConfig: "users", html: "r.html" }, { "gateway.config.yaml": config });
    const page = readFileSync(join(cwd, "r.html"), "utf8");
    expect(page).toContain("services:\n  users:\n    algorithm: p2c");
    expect(page).toMatch(/users has random now/);
    expect(page).toContain("localhost:4002");
  });
});

describe("the command line that a report names", () => {
  it("has every flag that changes the figures, as a shell takes it", () => {
    const args = {
      algo: "all",
      scenario: "./my scenario.yaml",
      load: 0.9,
      live: true,
      closed: false,
      failIf: ["p99>1ms"],
    };
    expect(
      commandLine({ ...args, json: true, html: "x.html", serviceTime: "exp:10ms", seed: 1, rate: undefined }),
    ).toBe("gatewayctl bench --scenario './my scenario.yaml' --load 0.9 --live --service-time exp:10ms");
    expect(commandLine({ scenario: "one-slow", fromConfig: true, seed: 2 })).toBe(
      "gatewayctl bench --from-config --seed 2",
    );
    // What the command line gives where no flag is given.
    const defaults = { algo: "all", scenario: "one-slow", seed: 1, live: false };
    expect(commandLine(defaults)).toBe("gatewayctl bench");
    expect(commandLine({ ...defaults, live: true, service: "users", rate: 50 })).toBe(
      "gatewayctl bench --live --service users --rate 50",
    );
    expect(commandLine({ ...defaults, scenario: "uniform", replay: "t.ndjson", last: 3_600_000, seed: 2 })).toBe(
      "gatewayctl bench --seed 2 --replay t.ndjson --last 1h",
    );
    expect(commandLine({ ...defaults, fromConfig: "users", config: "a b.yaml" })).toBe(
      "gatewayctl bench --from-config users --config 'a b.yaml'",
    );
    expect(commandLine({ live: true, duration: 1500 })).toBe("gatewayctl bench --live --duration 1500ms");
    expect(commandLine({ service: "it's; rm -rf /" })).toBe(`gatewayctl bench --service 'it'\\''s; rm -rf /'`);
  });
});
