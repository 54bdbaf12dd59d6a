import { describe, expect, it, onTestFinished } from "vitest";
import { authenticate } from "../../../../src/policies/authenticate/policy.ts";
import { authenticateSchema } from "../../../../src/policies/authenticate/schema.ts";
import { startEndpoint } from "../../../helpers/endpoints.ts";
import { policyDeps, policyExchange } from "../../support.ts";

function policyFor(url: string, headers: readonly string[] = []) {
  const policy = authenticate.create(authenticateSchema.parse([{ external: { url, headers } }]), policyDeps());
  onTestFinished(() => policy.close?.());
  return policy;
}

/** The caller's id, where the auth service answers 200 with these fields. */
async function idFor(fields: Record<string, string>, chosen: readonly string[]): Promise<string | undefined> {
  const service = await startEndpoint((_, response) => response.writeHead(200, fields).end());
  const exchange = policyExchange();
  await policyFor(service.url, chosen).onRequest?.(exchange);
  return exchange.principal?.id;
}

describe("external", () => {
  it("explains without asking", async () => {
    const service = await startEndpoint();
    expect(policyFor(service.url).explain(policyExchange())).toMatchObject({ verdict: "unknown" });
    expect(service.requests).toHaveLength(0);
  });

  it("names the caller by x-user-id, else by the first of the chosen fields that is there, else as external", async () => {
    expect(await idFor({ "x-tenant": "t", "x-user-id": "u" }, ["x-tenant"])).toBe("u");
    expect(await idFor({ "x-plan": "gold", "x-tenant": "t" }, ["x-role", "x-tenant", "x-plan"])).toBe("t");
    expect(await idFor({ "x-tenant": "t" }, [])).toBe("external");
    expect(await idFor({ "x-user-id": "" }, ["x-user-id"])).toBe("external");
  });

  it("sends x-consumer-id once where the service has the say on it", async () => {
    const fields = { "x-consumer-id": "theirs", "x-user-id": "u" };
    const service = await startEndpoint((_, response) => response.writeHead(200, fields).end());
    const exchange = policyExchange();
    await policyFor(service.url, ["X-Consumer-Id"]).onRequest?.(exchange);
    const sent = exchange.requestFields.made.filter(([name, value]) => name === "x-consumer-id" && value !== undefined);
    expect(sent).toEqual([["x-consumer-id", "theirs"]]);
  });

  it.each(["x-user-id", "Authorization", "X_Custom"])("may hand on %s", (name) => {
    const methods = [{ external: { url: "http://auth.test/", headers: [name] } }];
    expect(authenticateSchema.safeParse(methods).success).toBe(true);
  });

  it.each(["", "x user", "x:y", "é", "Host", "content-length", "Transfer-Encoding", "connection", "upgrade"])(
    "may not hand on %j",
    (name) => {
      const methods = [{ external: { url: "http://auth.test/", headers: [name] } }];
      expect(authenticateSchema.safeParse(methods).success).toBe(false);
    },
  );
});
