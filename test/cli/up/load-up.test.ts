import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadUp, reloadedConfig, type UpInput } from "../../../src/cli/up/load-up.ts";
import { createFakeContext } from "../../helpers/context.ts";

const ARGS = { workers: 1 };
const config = (endpoints: string, rest = ""): string =>
  `version: 1\nlisteners: [{ http: 0 }]\nservices: { app: { endpoints: ${endpoints}${rest} } }\nroutes: [{ match: /, service: app }]\n`;

describe("reloadedConfig", () => {
  const reload = async (before: string, after: string) => {
    const { ctx, cwd } = createFakeContext({ files: { "gateway.config.yaml": before, "e.json": "[]" } });
    const input = (await loadUp(ctx, ARGS, () => {})) as UpInput;
    writeFileSync(join(cwd, "gateway.config.yaml"), after);
    return reloadedConfig(ctx, ARGS, input);
  };

  it("takes up what is not about where endpoints are found", async () => {
    const found = "{ file: e.json }";
    const taken = await reload(config(found), config(found, ", algorithm: random"));
    expect(taken.services["app"]?.algorithm.name).toBe("random");
  });

  it.each([
    ["is another place", config("{ file: e.json }"), config("{ dns: app.test, port: 1 }")],
    ["is in the config now", config("{ file: e.json }"), config('["http://a:1"]')],
    ["was in the config", config('["http://a:1"]'), config("{ file: e.json }")],
    [
      "is spoken to in another way",
      config("{ dns: a.test, port: 1 }"),
      config("{ dns: a.test, port: 1 }", ", tls: {}"),
    ],
  ])("refuses one in which that %s", async (_, before, after) => {
    await expect(reload(before, after)).rejects.toThrow("Where endpoints are found is another place");
  });

  it("refuses one that records traffic in another file", async () => {
    const before = config('["http://a:1"]');
    await expect(reload(before, `${before}telemetry: { record: ./traffic.ndjson }\n`)).rejects.toThrow(
      "Traffic is recorded in another file, or not any more: that takes a new `up`.",
    );
  });
});
