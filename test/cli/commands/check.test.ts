import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/context.ts";

const GOOD = "version: 1\nservices:\n  users: http://localhost:4001\nroutes:\n  - match: /users\n    service: users\n";
const BAD = GOOD.replace("services:", "servics:").replace("service: users", "service: usres");

function check(text: string, ...flags: string[]) {
  return runCli(["check", ...flags], { files: { "gateway.config.yaml": text } });
}

describe("check", () => {
  it("says that a good config is good, and what is in it", async () => {
    expect(await check(GOOD)).toMatchObject({
      exitCode: 0,
      stdout: "gateway.config.yaml is good: 1 listener, 1 service, 1 route\n",
      stderr: "",
    });
  });

  it("exits 0 on notes", async () => {
    const { exitCode, stdout } = await check(GOOD.replace("services:", "services:\n  spare: http://localhost:4002"));
    expect(exitCode).toBe(0);
    expect(stdout).toContain("note GW0115");
    expect(stdout).toContain("1 note in gateway.config.yaml");
  });

  it("exits 79 on warnings, and says that the config can be used", async () => {
    const { exitCode, stdout } = await check(`${GOOD}listeners: [{ http: "0.0.0.0:8080" }]\n`);
    expect(exitCode).toBe(79);
    expect(stdout).toContain("warning GW0116");
    expect(stdout).toContain("1 warning in gateway.config.yaml");
    expect(stdout).toContain("gateway.config.yaml can be used: 1 listener, 1 service, 1 route");
  });

  it("shows a misspelt key and an unknown service, both, and exits 65", async () => {
    const { exitCode, stdout } = await check(BAD);
    expect(exitCode).toBe(65);
    expect(stdout).toContain(
      [
        "error GW0102  `servics` is not a key at the top",
        "  ─▶ gateway.config.yaml:2:1  servics",
        " 1 │ version: 1",
        " 2 │ servics:",
        "   │ ^^^^^^^",
        "   = did you mean `services`?",
      ].join("\n"),
    );
    expect(stdout).toContain("gateway.config.yaml:6:14");
    expect(stdout).toContain("2 errors in gateway.config.yaml");
  });

  it("prints findings as JSON", async () => {
    const { exitCode, stdout } = await check(BAD, "--json");
    expect(exitCode).toBe(65);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(report).toMatchObject({ schemaVersion: 1, ok: false });
    expect(report["findings"]).toEqual([
      {
        code: "GW0102",
        severity: "error",
        message: "`servics` is not a key at the top",
        file: "gateway.config.yaml",
        line: 2,
        column: 1,
        path: "servics",
        hint: "did you mean `services`?",
      },
      expect.objectContaining({ code: "GW0105", line: 6, column: 14, path: "routes[0].service" }),
    ]);
  });

  it("gives a witness for a route that nothing can reach", async () => {
    const { exitCode, stdout } = await check(
      `${GOOD}  - match: /users\n    name: never\n    service: users\n`,
      "--json",
    );
    expect(exitCode).toBe(79);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      findings: [{ code: "GW0114", line: 7, witness: expect.stringMatching(/^GET http:\/\/localhost\/users/) }],
    });
  });

  it("prints valid JSON for a good config", async () => {
    const { stdout } = await check(GOOD, "--json");
    expect(JSON.parse(stdout)).toEqual({ schemaVersion: 1, ok: true, findings: [] });
  });

  it("checks the named file", async () => {
    const files = { "a.yaml": GOOD, "gateway.config.yaml": "{" };
    expect(await runCli(["check", "--config", "a.yaml"], { files })).toMatchObject({ exitCode: 0 });
  });

  it("exits 65 without a config, and says how to make one", async () => {
    const { exitCode, stderr } = await runCli(["check"]);
    expect(exitCode).toBe(65);
    expect(stderr).toContain("GW0101");
    expect(stderr).toContain("gatewayctl init");
  });

  it("tells which code it is about to run", async () => {
    const files = { "gateway.config.mjs": "export default { version: 1 };" };
    const { exitCode, stderr, cwd } = await runCli(["check"], { files });
    expect(exitCode).toBe(0);
    expect(stderr).toBe(`running ${cwd}/gateway.config.mjs\n`);
  });

  it("writes colours only where they are wanted", async () => {
    const files = { "gateway.config.yaml": BAD };
    expect((await runCli(["check"], { files })).stdout).not.toContain("\u001b");
    expect((await runCli(["check"], { files, color: true })).stdout).toContain("\u001b[31merror");
  });

  it("never shows a value from the environment", async () => {
    const files = {
      "gateway.config.yaml": GOOD.replace("http://localhost:4001", "${URL}"),
      ".env": "URL=hunter2-secret",
    };
    const { stdout } = await runCli(["check"], { files });
    expect(stdout).toContain("${URL}");
    expect(stdout).not.toContain("hunter2");
  });
});
