import { describe, expect, it } from "vitest";
import { ERRORS } from "../../../src/shared/errors/table.ts";
import { runCli } from "../../helpers/context.ts";

describe("gatewayctl explain", () => {
  it.each(["GW0102", "gw0102", "0102", "102"])("tells what %s means, where it lies and how it exits", async (code) => {
    const { exitCode, stdout } = await runCli(["explain", code]);
    expect(exitCode).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toContain(`GW0102 Unknown key ${ERRORS.GW0102.hint}`);
    expect(stdout).toMatch(/lies with +the config file\n/);
    expect(stdout).toMatch(/exit code +65\n/);
  });

  it("tells the HTTP status and Proxy-Status of what a client meets", async () => {
    const { stdout } = await runCli(["explain", "GW0301"]);
    expect(stdout).toMatch(/HTTP status +502\n/);
    expect(stdout).toMatch(/Proxy-Status +connection_refused\n/);
  });

  it("keeps within the width of the terminal", async () => {
    const { stdout } = await runCli(["explain", "GW0101"], { columns: 60 });
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
  });

  it("lists all codes in order without one", async () => {
    const { exitCode, stdout } = await runCli(["explain"]);
    expect(exitCode).toBe(0);
    const codes = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(0, 6));
    expect(codes).toEqual(Object.keys(ERRORS).sort());
  });

  it("gives the same as JSON", async () => {
    const { stdout } = await runCli(["explain", "GW0301", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ schemaVersion: 1, errors: [{ code: "GW0301", ...ERRORS.GW0301 }] });
    const all = JSON.parse((await runCli(["explain", "--json"])).stdout) as { errors: unknown[] };
    expect(all.errors).toHaveLength(Object.keys(ERRORS).length);
  });

  it.each(["GW01O2", "GWO102"])("offers the nearest code for %s", async (wrong) => {
    const { exitCode, stderr } = await runCli(["explain", wrong]);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(`error GW0003  There is no error code "${wrong}".`);
    expect(stderr).toContain('Did you mean GW0102, "Unknown key"?');
  });

  it("knows no code outside the table, not even what every object has", async () => {
    expect((await runCli(["explain", "constructor"])).exitCode).toBe(64);
  });
});
