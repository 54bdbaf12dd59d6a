import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/context.ts";

const CONFIG = `version: 1
services: { pets: "http://localhost:4001" }
policies:
  validate: { openapi: api/openapi.yaml }
routes:
  - { name: a, match: /a, service: pets }
  - { name: b, match: /b, service: pets }
  - name: c
    match: /c
    service: pets
    policies:
      validate:
        body:
          properties:
            id: { type: int }
        query: c.json
`;

const DOCUMENT = `openapi: 3.0.3
paths:
  /pets:
    get:
      parameters:
        - name: limit
          in: query
          schema: { type: integer, patern: a }
        - $ref: https://example.com/a.yaml
`;

async function check(files: Record<string, string>, ...flags: string[]) {
  return runCli(["check", ...flags], { files: { "gateway.config.yaml": CONFIG, ...files } });
}

describe("check, of what validate names", () => {
  it("finds each fault once, at the key that names the file, or where it stands in the config", async () => {
    const { exitCode, stdout } = await check({ "api/openapi.yaml": DOCUMENT, "c.json": '{"type": "object"' }, "--json");
    const { findings } = JSON.parse(stdout) as { findings: Record<string, unknown>[] };
    expect(exitCode).toBe(65);
    expect(findings.map((one) => [one["code"], one["severity"], one["line"], one["path"], one["message"]])).toEqual([
      [
        "GW0142",
        "warning",
        4,
        "policies.validate.openapi",
        "api/openapi.yaml:8 /paths/~1pets/get/parameters/0/schema/patern: `patern` is no keyword of OpenAPI and has no effect",
      ],
      [
        "GW0144",
        "error",
        4,
        "policies.validate.openapi",
        'api/openapi.yaml:9 /paths/~1pets/get/parameters/1: $ref "https://example.com/a.yaml" leads to the network',
      ],
      [
        "GW0142",
        "error",
        15,
        "routes[2].policies.validate.body.properties.id.type",
        'body /properties/id/type: must be one of "array", "boolean", "integer", "null", "number", "object", "string"',
      ],
      ["GW0141", "error", 16, "routes[2].policies.validate.query", expect.stringMatching(/^c\.json:1: is not JSON: /)],
    ]);
  });

  it("says nothing where all is well", async () => {
    const files = { "api/openapi.yaml": "openapi: 3.1.0\npaths: {}\n", "c.json": "{}" };
    const good = CONFIG.replace("type: int ", "type: integer ");
    const { exitCode, stdout } = await check({ ...files, "gateway.config.yaml": good });
    expect([exitCode, stdout]).toEqual([0, "gateway.config.yaml is good: 1 listener, 1 service, 3 routes\n"]);
  });

  it("keeps a gateway from being asked, too", async () => {
    const { exitCode, stderr } = await runCli(["route", "GET", "/a"], { files: { "gateway.config.yaml": CONFIG } });
    expect(exitCode).toBe(65);
    expect(stderr).toContain("GW0140");
    expect(stderr).toContain("api/openapi.yaml: is not there");
  });
});
