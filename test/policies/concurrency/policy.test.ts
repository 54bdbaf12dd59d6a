import { expect, it } from "vitest";
import type { PolicyDeps } from "../../../src/policies/policy.ts";
import { concurrency } from "../../../src/policies/concurrency/policy.ts";
import { concurrencySchema } from "../../../src/policies/concurrency/schema.ts";
import { policyDeps, policyExchange } from "../support.ts";

const create = (options: object, deps: Partial<PolicyDeps> = {}) =>
  concurrency.create(concurrencySchema.parse(options), policyDeps(deps));
const BUSY = { kind: "problem", code: "GW0507", fields: [["retry-after", "1"]] };

it("lets in without a promise, and refuses beyond its limit and queue", async () => {
  const policy = create({ limit: 1, queue: 1, timeout: "5ms" });
  expect(policy.onRequest?.(policyExchange())).toBeUndefined();
  const waiting = policy.onRequest?.(policyExchange());
  expect(waiting).toBeInstanceOf(Promise);
  expect(policy.onRequest?.(policyExchange())).toMatchObject(BUSY);
  expect(await waiting).toMatchObject(BUSY);
});

it("gives one count to a route, over a reload of its config, and another to every other route", () => {
  const { shared } = policyDeps();
  const before = create({ limit: 1 }, { shared });
  const inside = policyExchange();
  void before.onRequest?.(inside);
  const after = create({ limit: 1 }, { shared });
  expect(after.onRequest?.(policyExchange())).toMatchObject(BUSY);
  expect(create({ limit: 1 }, { shared, routeName: "other" }).onRequest?.(policyExchange())).toBeUndefined();
  // The one that came before the reload ends with the policy that it began with.
  before.onFinish?.(inside);
  expect(after.onRequest?.(policyExchange())).toBeUndefined();
});

it("explains without entering", () => {
  const policy = create({ limit: 3, queue: 2 });
  void policy.onRequest?.(policyExchange());
  const expected = { verdict: "unknown", reason: "3 at once, 2 more may wait, for 2s each; 1 in flight, 0 waiting" };
  expect([policy.explain(policyExchange()), policy.explain(policyExchange())]).toEqual([expected, expected]);
  expect(create({ limit: 3 }).explain(policyExchange()).reason).toBe(
    "3 at once, none may wait; 0 in flight, 0 waiting",
  );
});
