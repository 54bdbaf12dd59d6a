import { describe, expect, it } from "vitest";
import { runSchema } from "../../src/processes/schema.ts";

describe("runSchema", () => {
  it("fills in the defaults", () => {
    expect(runSchema.parse({ command: "node a.js" })).toEqual({
      command: "node a.js",
      instances: 1,
      cwd: ".",
      env: {},
      watch: [],
      restart: "on-failure",
    });
  });

  it.each([
    ["an unknown key", { command: "x", instance: 2 }],
    ["no command", { instances: 2 }],
    ["an empty command", { command: "  " }],
    ["no instance", { command: "x", instances: 0 }],
    ["too many instances", { command: "x", instances: 65 }],
    ["half an instance", { command: "x", instances: 1.5 }],
    ["a number in env", { command: "x", env: { A: 1 } }],
    ["a name that no shell takes", { command: "x", env: { "A-B": "1" } }],
    ["another restart", { command: "x", restart: "sometimes" }],
  ])("refuses %s", (_, value) => {
    expect(runSchema.safeParse(value).success).toBe(false);
  });

  it("describes every key", () => {
    for (const [key, schema] of Object.entries(runSchema.shape))
      expect(schema.description, key).toMatch(/^[A-Z].+\.$/s);
  });
});
