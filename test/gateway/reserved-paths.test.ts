import { describe, expect, it } from "vitest";
import type { Verdict } from "../../src/policies/policy.ts";
import { createDecider } from "../../src/gateway/decide.ts";
import { askReserved, isReserved, type ReservedPlan, reservedPlans } from "../../src/gateway/reserved-paths.ts";
import { createRuntime } from "../../src/gateway/runtime.ts";
import { configOf } from "../helpers/gateway.ts";
import { facts } from "./facts.ts";

/** A config with a login on one of its routes, or with none. */
function runtimeOf(authenticate: unknown) {
  const routes = [
    { name: "app", match: "/app", service: "app", policies: { authenticate } },
    { name: "rest", match: "/", service: "app" },
  ];
  const config = configOf({ services: { app: ["http://127.0.0.1:1"] }, routes });
  return createRuntime(config, { clock: { now: () => 0 }, seed: 1 });
}

const LOGIN = [{ oidc: { issuer: "https://login.test", clientId: "gw" } }];
const KEYS = [{ apiKey: {} }];
const FACTS = facts({ path: "/.gatewayctl/x" });

/** Policies that say this, one after the other. */
function saying(...verdicts: readonly (Verdict | Promise<Verdict>)[]): { reserved: ReservedPlan[]; asked: number[] } {
  const [plan] = runtimeOf(LOGIN).plans;
  if (plan === undefined) throw new Error("no plan");
  const asked: number[] = [];
  const reserved = verdicts.map((verdict, i) => ({
    plan,
    policy: {
      explain: () => ({ verdict: "pass", reason: "" }) as const,
      onReserved: () => {
        asked.push(i);
        return verdict;
      },
    },
  }));
  return { reserved, asked };
}

const ANSWER = { kind: "response", status: 204, fields: [], body: "" } as const;

describe("paths of the gateway's own", () => {
  it("are those below /.gatewayctl/, where a policy has any", () => {
    expect(["/.gatewayctl/", "/.gatewayctl/oidc/callback"].map(isReserved)).toEqual([true, true]);
    expect(["/.gatewayctl", "/.gatewayctlx/", "/a/.gatewayctl/", "/"].map(isReserved)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(reservedPlans(runtimeOf(LOGIN).plans).map(({ plan }) => plan.name)).toEqual(["app"]);
    expect(runtimeOf(KEYS).reserved).toEqual([]);
  });

  it("are answered by the first policy that knows of them, at once where that is possible", async () => {
    const now = saying(undefined, ANSWER, ANSWER);
    expect(askReserved(now.reserved, FACTS, "r-1")).toBe(ANSWER);
    expect(now.asked).toEqual([0, 1]);
    const later = saying(undefined, Promise.resolve(undefined), undefined, Promise.resolve(ANSWER), ANSWER);
    expect(await askReserved(later.reserved, FACTS, "r-1")).toBe(ANSWER);
    expect(later.asked).toEqual([0, 1, 2, 3]);
  });

  it("are never a route's, even where nobody knows of them", async () => {
    const nobody = { kind: "problem", code: "GW0510" };
    expect(askReserved(saying(undefined).reserved, FACTS, "r-1")).toMatchObject(nobody);
    expect(await askReserved(saying(Promise.resolve(undefined)).reserved, FACTS, "r-1")).toMatchObject(nobody);
  });

  it("are told of by `route`", () => {
    const asked = { method: "GET", url: "/.gatewayctl/oidc/callback?code=1" };
    expect(createDecider(runtimeOf(LOGIN)).decide(asked)).toMatchObject({
      route: null,
      outcome: "reject",
      status: 400,
      code: "GW0510",
    });
    expect(createDecider(runtimeOf(KEYS)).decide(asked)).toMatchObject({ route: "rest", outcome: "forward" });
  });
});
