import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/exchange/answer.ts";
import { PolicyRun } from "../../src/gateway/policy-run.ts";
import type { RoutePlan } from "../../src/gateway/route-plan.ts";
import type { Policy, Verdict } from "../../src/policies/policy.ts";
import { policyExchange } from "../policies/support.ts";

const REFUSED: Answer = { kind: "problem", code: "GW0501" };

/** A run through policies that answer so; `seen` tells what was called, in order. */
function runOf(...verdicts: (Verdict | Promise<Verdict>)[]) {
  const seen: string[] = [];
  const policies = verdicts.map((verdict, i) => {
    const policy: Policy = {
      onRequest: () => {
        seen.push(`request ${i}`);
        return verdict;
      },
      onFinish: () => void seen.push(`finish ${i}`),
      explain: () => ({ verdict: "pass", reason: "" }),
    };
    return { slot: "ipFilter" as const, policy };
  });
  const run = new PolicyRun();
  const plan = { kind: "respond", name: "r", policies } as unknown as RoutePlan;
  run.begin({ request: policyExchange().request, requestId: "id", plan });
  return { run, seen };
}

describe("PolicyRun", () => {
  it("asks every policy in order, at once, and tells them of the end in reverse", () => {
    const { run, seen } = runOf(undefined, undefined);
    expect(run.screen()).toBeUndefined();
    run.finish();
    expect(seen).toEqual(["request 0", "request 1", "finish 1", "finish 0"]);
  });

  it("stops at the first answer, and tells only who has seen the request", () => {
    const { run, seen } = runOf(undefined, REFUSED, undefined);
    expect(run.screen()).toBe(REFUSED);
    run.finish();
    expect(seen).toEqual(["request 0", "request 1", "finish 1", "finish 0"]);
  });

  it("waits for a policy that has to wait, and goes on behind it", async () => {
    const { run, seen } = runOf(Promise.resolve(undefined), undefined, Promise.resolve(REFUSED), undefined);
    const verdict = run.screen();
    expect(seen).toEqual(["request 0"]);
    expect(await verdict).toBe(REFUSED);
    expect(seen).toEqual(["request 0", "request 1", "request 2"]);
  });

  it("asks nobody any more when the exchange has ended meanwhile", async () => {
    const { run, seen } = runOf(Promise.resolve(undefined), undefined);
    const verdict = run.screen();
    run.finish();
    expect(await verdict).toBeUndefined();
    expect(seen).toEqual(["request 0", "finish 0"]);
  });

  it("tells of the end once", () => {
    const { run, seen } = runOf(undefined);
    void run.screen();
    run.finish();
    run.finish();
    expect(seen).toEqual(["request 0", "finish 0"]);
  });

  it("starts anew: nothing of the request before is left", () => {
    const { run } = runOf(undefined);
    run.requestFields.set("x-a", "1");
    run.responseFields.append("x-b", "2");
    run.removeQuery("q");
    run.principal = { id: "a", consumer: undefined, roles: [], scopes: [], claims: {}, method: "jwt" };
    const plan = { kind: "respond", name: "r", policies: [] } as unknown as RoutePlan;
    run.begin({ request: policyExchange().request, requestId: "id", plan });
    expect([run.requestFields.isEmpty, run.responseFields.isEmpty, run.query, run.principal]).toEqual([
      true,
      true,
      "",
      undefined,
    ]);
  });
});
