import { beforeAll, describe, expect, it } from "vitest";
import { checkCertificates } from "../../../src/config/checks/check-certificates.ts";
import { createTestCa, type TestCertificate } from "../../helpers/certificates.ts";
import { runCli } from "../../helpers/context.ts";
import { configOf } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

let leaf: TestCertificate;
let other: TestCertificate;

beforeAll(async () => {
  const ca = await createTestCa();
  leaf = await ca.issue(["localhost"]);
  other = await ca.issue(["localhost"]);
});

const CONFIG = `version: 1
listeners:
  - http: 8080
  - https: 8443
    tls:
      cert: tls/s.pem
      key: tls/s.key
`;

describe("check, of certificates", () => {
  it("is content with a pair", async () => {
    const files = { "gateway.config.yaml": CONFIG, "tls/s.pem": leaf.cert, "tls/s.key": leaf.key };
    expect((await runCli(["check"], { files })).exitCode).toBe(0);
  });

  it("shows what is missing at the key that names it, and exits 65", async () => {
    const { exitCode, stdout } = await runCli(["check"], { files: { "gateway.config.yaml": CONFIG } });
    expect(exitCode).toBe(65);
    expect(stdout).toContain("error GW0122  tls/s.pem does not exist\n  ─▶ gateway.config.yaml:6:13");
    expect(stdout).toContain("error GW0122  tls/s.key does not exist\n  ─▶ gateway.config.yaml:7:12");
    expect(stdout).toContain("2 errors in gateway.config.yaml");
  });

  it("shows what is no pair; other findings stand in their places", async () => {
    const files = {
      "gateway.config.yaml": `${CONFIG}services:\n  spare: http://localhost:1\n`,
      "tls/s.pem": leaf.cert,
      "tls/s.key": other.key,
    };
    const { exitCode, stdout } = await runCli(["check", "--json"], { files });
    expect(exitCode).toBe(65);
    expect(JSON.parse(stdout).findings).toMatchObject([
      {
        code: "GW0122",
        path: "listeners[1].tls.key",
        line: 7,
        message: "tls/s.key is not the key of the certificate in tls/s.pem",
      },
      { code: "GW0115" },
    ]);
  });

  it("looks beside the config, not where the command was typed", async () => {
    const files = { "deep/gateway.config.yaml": CONFIG, "deep/tls/s.pem": leaf.cert, "deep/tls/s.key": leaf.key };
    expect((await runCli(["check", "--config", "deep/gateway.config.yaml"], { files })).exitCode).toBe(0);
  });

  it("does not show where a variable says they are", async () => {
    const text = CONFIG.replace("tls/s.pem", "${WHERE}/s.pem");
    const { stdout } = await runCli(["check"], {
      files: { "gateway.config.yaml": text },
      env: { WHERE: "secret/place" },
    });
    expect(stdout).toContain("${WHERE}/s.pem does not exist");
    expect(stdout).not.toContain("secret/place");
  });

  it("stops up before anything is bound, and leaves route and routes to their work", async () => {
    const files = { "gateway.config.yaml": CONFIG };
    const up = await runCli(["up"], { files });
    expect([up.exitCode, up.stderr]).toEqual([65, expect.stringContaining("GW0122")]);
    expect((await runCli(["routes"], { files })).exitCode).toBe(0);
  });

  it("warns of one that has expired", async () => {
    const base = tempDir({ "s.pem": leaf.cert, "s.key": leaf.key });
    const config = configOf({ listeners: [{ https: 0, tls: { cert: "s.pem", key: "s.key" } }, { https: 0 }] });
    const now = Date.now();
    expect(await checkCertificates(config, base, now)).toEqual([]);
    // The test's certificates are good for an hour.
    expect(await checkCertificates(config, base, now + 3_700_000)).toMatchObject([
      {
        code: "GW0123",
        severity: "warning",
        path: ["listeners", 0, "tls", "cert"],
        message: expect.stringMatching(/^the certificate in s\.pem expired on \d{4}-\d\d-\d\d$/),
      },
    ]);
  });
});
