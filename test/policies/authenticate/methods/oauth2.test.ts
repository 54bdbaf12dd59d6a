import { describe, expect, it, onTestFinished } from "vitest";
import { authenticate } from "../../../../src/policies/authenticate/policy.ts";
import { authenticateSchema } from "../../../../src/policies/authenticate/schema.ts";
import type { PolicyDeps } from "../../../../src/policies/policy.ts";
import { startEndpoint } from "../../../helpers/endpoints.ts";
import { policyDeps, policyExchange } from "../../support.ts";

async function startIssuer(answer = '{"active":true,"sub":"alice","scope":"read"}') {
  return startEndpoint((_, response) => response.end(answer));
}

function policyFor(url: string, options: object = {}, deps: PolicyDeps = policyDeps()) {
  const oauth2 = { introspection: url, clientId: "gw", clientSecret: "s3cret", ...options };
  const policy = authenticate.create(authenticateSchema.parse([{ oauth2 }]), deps);
  onTestFinished(() => policy.close?.());
  return policy;
}

const withToken = (token: string) => policyExchange({ headers: [["authorization", `Bearer ${token}`]] });

describe("oauth2", () => {
  it("lets a token in that is known without a promise", async () => {
    const policy = policyFor((await startIssuer()).url);
    const first = policy.onRequest?.(withToken("t"));
    expect(first).toBeInstanceOf(Promise);
    expect(await first).toBeUndefined();
    const exchange = withToken("t");
    expect(policy.onRequest?.(exchange)).toBeUndefined();
    expect(exchange.principal).toMatchObject({ id: "alice", scopes: ["read"], consumer: undefined });
  });

  it("explains by what is known, and sends nothing", async () => {
    const issuer = await startIssuer();
    const policy = policyFor(issuer.url);
    expect(policy.explain(withToken("t")).verdict).toBe("unknown");
    expect(policy.explain(policyExchange()).verdict).toBe("reject");
    expect(policy.explain(withToken("no token"))).toMatchObject({ verdict: "reject" });
    expect(issuer.requests).toHaveLength(0);
    await policy.onRequest?.(withToken("t"));
    expect(policy.explain(withToken("t"))).toEqual({ verdict: "pass", reason: 'oauth2 lets subject "alice" in' });
  });

  it("has what is known in common with routes of the same options, and not with others", async () => {
    const issuer = await startIssuer();
    const deps = policyDeps();
    await policyFor(issuer.url, {}, deps).onRequest?.(withToken("t"));
    expect(policyFor(issuer.url, {}, deps).onRequest?.(withToken("t"))).toBeUndefined();
    for (const other of [{ clientId: "x" }, { clientSecret: "x" }, { cache: "1s" }]) {
      expect(policyFor(issuer.url, other, deps).onRequest?.(withToken("t"))).toBeInstanceOf(Promise);
    }
  });

  it("keeps its secret out of the names of what is shared", async () => {
    const keys: string[] = [];
    const deps = policyDeps();
    const shared = <T>(key: string, make: () => T): T => {
      keys.push(key);
      return deps.shared(key, make);
    };
    policyFor("http://127.0.0.1:1", {}, { ...deps, shared });
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toContain("s3cret");
  });

  it("refuses the same field twice", async () => {
    const policy = policyFor("http://127.0.0.1:1");
    const headers = [
      ["authorization", "Bearer a"],
      ["authorization", "Bearer b"],
    ] as const;
    expect(policy.onRequest?.(policyExchange({ headers }))).toMatchObject({ code: "GW0505" });
  });

  it.each([
    ["https://issuer.test/introspect", true],
    ["http://localhost:9000/introspect", true],
    ["http://127.0.0.1/introspect", true],
    ["http://issuer.test/introspect", false],
    ["http://localhost.evil.test/introspect", false],
  ])("may be told to ask %s: %s", (introspection, taken) => {
    const methods = [{ oauth2: { introspection, clientId: "gw", clientSecret: "s" } }];
    expect(authenticateSchema.safeParse(methods).success).toBe(taken);
  });
});
