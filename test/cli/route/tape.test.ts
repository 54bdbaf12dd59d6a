import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/context.ts";

const CONFIG = `version: 1
services:
  users:
    endpoints: [{ url: http://localhost:4001, weight: 2 }, http://localhost:4002, { url: http://localhost:4003, weight: 0 }]
    algorithm: weighted-round-robin
routes:
  - { name: users, match: /users, service: users }
  - { name: ping, match: { path: { exact: /ping } }, respond: { status: 418, body: pong } }
`;
const route = (...argv: string[]) => runCli(["route", ...argv], { files: { "gateway.config.yaml": CONFIG } });

describe("route --tape", () => {
  it("prints each pick with candidates, scores and why", async () => {
    const { exitCode, stdout } = await route("GET", "/users", "--tape", "--count", "2");
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`GET /users  → users by weighted-round-robin
2 such requests, each answered before the next comes

#1  http://localhost:4001 has the most credit after each earned its weight, and
    pays for the round
  ✓ http://localhost:4001  weight 2  score 2  credit 2 after earning 2, most
  · http://localhost:4002  weight 1  score 1  credit 1 after earning 1
  ✗ http://localhost:4003  weight 0

#2  http://localhost:4002 has the most credit after each earned its weight, and
    pays for the round
  · http://localhost:4001  weight 2  score 1  credit 1 after earning 2
  ✓ http://localhost:4002  weight 1  score 2  credit 2 after earning 1, most
  ✗ http://localhost:4003  weight 0

`);
  });

  it("picks what --count counts", async () => {
    const tape = await route("GET", "/users", "--tape", "--json", "--count", "30");
    const picks = tape.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const counted = JSON.parse((await route("GET", "/users", "--json", "--count", "30")).stdout);
    expect(picks.map(({ picked }) => picked)).toEqual(
      counted.decisions.map(({ endpoint }: { endpoint: string }) => endpoint),
    );
    expect(picks[0]).toEqual({
      schemaVersion: 1,
      type: "pick",
      algorithm: "weighted-round-robin",
      pick: 1,
      route: "users",
      service: "users",
      picked: "http://localhost:4001",
      reason: expect.any(String),
      candidates: [
        {
          endpoint: "http://localhost:4001",
          weight: 2,
          inFlight: 0,
          latencyMs: 0,
          score: 2,
          reason: expect.any(String),
        },
        {
          endpoint: "http://localhost:4002",
          weight: 1,
          inFlight: 0,
          latencyMs: 0,
          score: 1,
          reason: expect.any(String),
        },
      ],
      leftOut: [{ endpoint: "http://localhost:4003", reason: "weight 0" }],
    });
  });

  it("is of 20 picks, and of one decision where nothing is picked", async () => {
    expect((await route("GET", "/users", "--tape")).stdout.match(/^#\d+ /gm)).toHaveLength(20);
    const { stdout } = await route("GET", "/ping", "--tape");
    expect(stdout).toContain("the route answers by itself");
    expect(stdout.match(/GET \/ping/g)).toHaveLength(1);
  });
});
