import { describe, expect, it } from "vitest";
import { ALGORITHM_NAMES } from "../../src/balancing/index.ts";
import { explainPick, replayPicks } from "../../src/upstream/explain-pick.ts";
import { createWorld, urls, type World } from "./manual-world.ts";

const keys = Array.from({ length: 200 }, (_, i) => `client-${i % 17}`);

function warmUp(world: World): void {
  for (let i = 0; i < 37; i++) {
    world.time.advance(3);
    const endpoint = world.service.acquire(`warm-${i}`, undefined)!;
    world.service.release(endpoint, "ok", 5 + (i % 7));
  }
}

const live = (world: World, key: string): string | undefined => {
  const endpoint = world.service.acquire(key, undefined);
  if (endpoint !== undefined) world.service.release(endpoint, "ok", -1);
  return endpoint?.id;
};

describe("explainPick", () => {
  it.each(ALGORITHM_NAMES)("%s: says what the next live picks will be", (algorithm) => {
    const world = createWorld({ endpoints: urls(5), algorithm });
    warmUp(world);
    const replay = replayPicks(world.service.explainView());
    const told = keys.map((key) => replay.next(key).endpoint);
    expect(keys.map((key) => live(world, key))).toEqual(told);
  });

  it.each(ALGORITHM_NAMES)("%s: cannot disturb live traffic", (algorithm) => {
    const played = (explained: boolean): (string | undefined)[] => {
      const world = createWorld({ endpoints: urls(5), algorithm });
      warmUp(world);
      return keys.map((key) => {
        if (explained) explainPick(world.service.explainView(), "someone else");
        return live(world, key);
      });
    };
    expect(played(true)).toEqual(played(false));
  });

  it("lists every endpoint: eligible ones with the algorithm's reason, the others with why not", () => {
    const world = createWorld({
      endpoints: [...urls(3), { url: "http://localhost:8", weight: 0 }, { url: "http://localhost:9", backup: true }],
      algorithm: "least-conn",
    });
    world.service.drain("http://localhost:2");
    world.service.acquire(undefined, undefined);
    const explanation = explainPick(world.service.explainView(), undefined);
    expect(explanation.endpoint).toBe("http://localhost:3");
    expect(explanation.algorithm).toBe("least-conn");
    expect(explanation.summary).toContain("fewest in flight");
    expect(explanation.candidates).toMatchObject([
      { endpoint: "http://localhost:1", eligible: true, score: 1, reason: "1 in flight" },
      { endpoint: "http://localhost:2", eligible: false, reason: "drained" },
      { endpoint: "http://localhost:3", eligible: true, score: 0 },
      { endpoint: "http://localhost:8", eligible: false, reason: "weight 0" },
      { endpoint: "http://localhost:9", eligible: false, reason: "backup: used only when no other endpoint can be" },
    ]);
  });

  it("says in panic that health was ignored", () => {
    const world = createWorld({ endpoints: urls(2) });
    for (const endpoint of world.service.endpoints) {
      endpoint.candidate.inFlight++;
      world.service.release(endpoint, "connect-failure", -1);
    }
    const { candidates } = explainPick(world.service.explainView(), undefined);
    for (const { reason } of candidates) expect(reason).toContain("unhealthy: connection refused; used all the same");
  });

  it("says so when nothing is eligible", () => {
    const world = createWorld({ endpoints: urls(1) });
    world.service.drain("http://localhost:1");
    expect(explainPick(world.service.explainView(), undefined)).toEqual({
      endpoint: undefined,
      algorithm: "round-robin",
      summary: "no endpoint is eligible",
      candidates: [{ endpoint: "http://localhost:1", eligible: false, reason: "drained" }],
    });
  });
});
