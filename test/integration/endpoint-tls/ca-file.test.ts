import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../src/config/load.ts";
import { createGateway } from "../../../src/gateway/gateway.ts";
import { createTestCa } from "../../helpers/certificates.ts";
import { appConfig, configOf } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const YAML = `version: 1
services:
  users:
    endpoints: [https://localhost:4001]
    tls: { ca: ./conf/ca.pem }
routes:
  - match: /users
    service: users
`;

async function findings(files: Readonly<Record<string, string>>) {
  const cwd = tempDir({ "gateway.config.yaml": YAML, ...files });
  const { diagnostics } = await loadConfig({ cwd, env: {}, allowCode: false, files: true });
  return diagnostics;
}

describe("the CA's file", () => {
  it.each<[what: string, files: Record<string, string>, message: string]>([
    ["that is missing", {}, "./conf/ca.pem does not exist"],
    ["without a certificate", { "conf/ca.pem": "nothing" }, "./conf/ca.pem has no certificate in PEM form"],
    ["that is a folder", { "conf/ca.pem/x": "" }, "./conf/ca.pem is a folder, not a file"],
    [
      "with a broken certificate",
      { "conf/ca.pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" },
      "./conf/ca.pem has a certificate that cannot be read",
    ],
  ])("%s is an error at its place", async (_, files, message) => {
    const [only, ...others] = await findings(files);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ code: "GW0122", severity: "error", path: "services.users.tls.ca", line: 5 });
    expect(only?.message).toContain(message);
  });

  it("is relative to the config", async () => {
    const { cert } = await createTestCa();
    expect(await findings({ "conf/ca.pem": cert })).toEqual([]);
  });

  it("that is missing keeps a gateway from starting, with the key that names it", async () => {
    const config = configOf(appConfig(["https://localhost:1"], { tls: { ca: "none.pem" } }));
    const gateway = createGateway(config, { baseDirectory: tempDir() });
    await expect(gateway.start()).rejects.toMatchObject({
      code: "GW0122",
      message: "services.app.tls.ca: none.pem does not exist.",
    });
  });
});
