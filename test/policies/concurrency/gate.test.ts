import { expect, it } from "vitest";
import { type Admission, Gate } from "../../../src/policies/concurrency/gate.ts";
import { policyExchange } from "../support.ts";
import { fc } from "../../helpers/property.ts";

const LONG = 60_000;

it("answers at once while there is room, and once there is no more to wait in", () => {
  const gate = new Gate({ limit: 2, queue: 0, timeout: LONG });
  const [first, second, third] = [policyExchange(), policyExchange(), policyExchange()];
  expect([gate.enter(first), gate.enter(second), gate.enter(third)]).toEqual(["in", "in", "full"]);
  gate.leave(third);
  expect(gate.counts).toEqual({ inside: 2, waiting: 0 });
  gate.leave(first);
  gate.leave(second);
  expect(gate.counts).toEqual({ inside: 0, waiting: 0 });
});

it("lets in who waits, first in, first out, and lets nobody overtake", async () => {
  const gate = new Gate({ limit: 1, queue: 5, timeout: LONG });
  const exchanges = Array.from({ length: 4 }, () => policyExchange());
  const [first, ...others] = exchanges as [(typeof exchanges)[0], ...typeof exchanges];
  void gate.enter(first);
  const order: number[] = [];
  const waits = others.map(async (exchange, index) => {
    expect(await gate.enter(exchange)).toBe("in");
    order.push(index);
    gate.leave(exchange);
  });
  gate.leave(first);
  // It comes when there is room, and others wait.
  expect(gate.enter(policyExchange())).toBeInstanceOf(Promise);
  await Promise.all(waits);
  expect(order).toEqual([0, 1, 2]);
});

it("turns away who has waited too long, and keeps no place for it", async () => {
  const gate = new Gate({ limit: 1, queue: 1, timeout: 5 });
  const [first, second] = [policyExchange(), policyExchange()];
  void gate.enter(first);
  expect(await gate.enter(second)).toBe("late");
  expect(gate.counts).toEqual({ inside: 1, waiting: 0 });
  gate.leave(second);
  expect(gate.counts).toEqual({ inside: 1, waiting: 0 });
  gate.leave(first);
  expect(gate.counts).toEqual({ inside: 0, waiting: 0 });
});

it("frees the place in line of a client that goes at once", async () => {
  const gate = new Gate({ limit: 1, queue: 1, timeout: LONG });
  const [first, second, third] = [policyExchange(), policyExchange(), policyExchange()];
  void gate.enter(first);
  const waiting = gate.enter(second);
  gate.leave(second);
  expect(await waiting).toBe("gone");
  const next = gate.enter(third);
  gate.leave(first);
  expect(await next).toBe("in");
  expect(gate.counts).toEqual({ inside: 1, waiting: 0 });
});

it("lets more in when its limit is raised, and sends nobody away when it is lowered", async () => {
  const gate = new Gate({ limit: 1, queue: 3, timeout: LONG });
  const exchanges = Array.from({ length: 4 }, () => policyExchange());
  const [, second] = exchanges.map((exchange) => gate.enter(exchange));
  gate.setLimits({ limit: 2, queue: 3, timeout: LONG });
  expect(await second).toBe("in");
  gate.setLimits({ limit: 1, queue: 0, timeout: LONG });
  expect(gate.counts).toEqual({ inside: 2, waiting: 2 });
  for (const exchange of exchanges) gate.leave(exchange);
  expect(gate.counts).toEqual({ inside: 0, waiting: 0 });
});

it("never has more inside than its limit nor more in line than its queue, and is empty when all have left", async () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(30)), { maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), fc.nat(4), async (moves, limit, queue) => {
      const gate = new Gate({ limit, queue, timeout: LONG });
      const here: ReturnType<typeof policyExchange>[] = [];
      const answers: (Admission | Promise<Admission>)[] = [];
      for (const [enter, which] of moves) {
        if (enter) {
          const exchange = policyExchange();
          here.push(exchange);
          answers.push(gate.enter(exchange));
        } else for (const exchange of here.splice(which % Math.max(here.length, 1), 1)) gate.leave(exchange);
        const { inside, waiting } = gate.counts;
        expect(inside).toBeLessThanOrEqual(limit);
        expect(waiting).toBeLessThanOrEqual(queue);
        // Nobody waits beside an empty place.
        if (waiting > 0) expect(inside).toBe(limit);
      }
      for (const exchange of here) gate.leave(exchange);
      expect(gate.counts).toEqual({ inside: 0, waiting: 0 });
      // Everybody who has asked has been answered.
      expect(await Promise.all(answers.map(async (answer) => await answer))).toHaveLength(answers.length);
    }),
  );
});
