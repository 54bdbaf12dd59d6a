import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/context.ts";

const CONFIG = `version: 1
services: { orders: "http://localhost:4001" }
routes:
  - match: "/orders/{id}"
    service: orders
    rewrite: { path: "/v1/orders/{id}" }
    policies:
      validate:
        body: { type: object, required: [item], properties: { item: { type: string }, count: { type: integer } } }
        params: { properties: { id: { type: integer } } }
`;

function route(...args: string[]) {
  return runCli(["route", ...args], {
    files: { "gateway.config.yaml": CONFIG, "order.json": '{"item": 3}', "form.txt": "item=a&count=2" },
  });
}

async function verdict(...args: string[]): Promise<unknown> {
  const { stdout } = await route(...args, "--json");
  const { outcome, status, code, policies } = JSON.parse(stdout) as {
    outcome: string;
    status: number;
    code?: string;
    policies: { verdict: string; reason: string }[];
  };
  return [outcome, status, code, policies.at(-1)?.verdict, policies.at(-1)?.reason];
}

describe("route, with a body", () => {
  it.each<[name: string, args: string[], expected: unknown[]]>([
    [
      "that is good",
      ["-d", '{"item": "a"}'],
      ["forward", null, undefined, "pass", "body, params: all as it should be, the body, too"],
    ],
    [
      "that is not",
      ["-d", '{"count": "2"}'],
      ["reject", 400, "GW0514", "reject", "body /item is required; body /count must be integer"],
    ],
    [
      "that is no JSON, though it looks like it",
      ["-d", '{"item": }'],
      ["reject", 400, "GW0514", "reject", expect.stringContaining("the body is not JSON")],
    ],
    ["in a file", ["-d", "@order.json"], ["reject", 400, "GW0514", "reject", "body /item must be string"]],
    [
      "that is a form",
      ["-d", "@form.txt"],
      ["forward", null, undefined, "pass", "body, params: all as it should be, the body, too"],
    ],
    [
      "that says itself what it is",
      ["-d", "item=a", "-H", "content-type: text/csv"],
      ["reject", 415, "GW0515", "reject", "The body has to be JSON, or a form, in UTF-8"],
    ],
    ["that is not given", [], ["forward", null, undefined, "unknown", "body, params: it needs a body, which -d gives"]],
  ])("%s", async (_, args, expected) => {
    expect(await verdict("POST", "/orders/7", ...args)).toEqual(expected);
  });

  it("looks at captures, too", async () => {
    expect(await verdict("GET", "/orders/x")).toEqual(["reject", 400, "GW0514", "reject", "path /id must be integer"]);
  });

  it("says that a file is not there", async () => {
    const { exitCode, stderr } = await route("POST", "/orders/7", "-d", "@no.json");
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining("The file no.json of --data is not there.")]);
  });
});
