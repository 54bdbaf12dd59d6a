import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderJsonSchema } from "../../../src/config/json-schema.ts";
import { runCli } from "../../helpers/context.ts";

describe("schema", () => {
  it("prints the JSON Schema and nothing else", async () => {
    expect(await runCli(["schema"])).toMatchObject({ exitCode: 0, stdout: renderJsonSchema(), stderr: "" });
  });

  it("writes it to a file", async () => {
    const { exitCode, stdout, stderr, cwd } = await runCli(["schema", "-o", "gateway.schema.json"]);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "", stderr: "wrote gateway.schema.json\n" });
    expect(readFileSync(join(cwd, "gateway.schema.json"), "utf8")).toBe(renderJsonSchema());
  });

  it("says so if it cannot", async () => {
    const { exitCode, stderr } = await runCli(["schema", "-o", "no/such/folder.json"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("GW0016");
  });
});
