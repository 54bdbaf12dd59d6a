import { describe, expect, it } from "vitest";
import { startEndpoint, type TestEndpoint } from "../../helpers/endpoints.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

/** An endpoint that answers with its name after so long; never, without a number. How many of its requests were cancelled. */
async function slow(name: string, ms?: number): Promise<TestEndpoint & { cancelled: () => number }> {
  let cancelled = 0;
  const endpoint = await startEndpoint((_, response) => {
    response.on("close", () => {
      if (!response.writableFinished) cancelled++;
    });
    if (ms !== undefined) setTimeout(() => response.end(name), ms);
  });
  return { ...endpoint, cancelled: () => cancelled };
}

const HEDGE = { hedge: { after: "20ms" }, algorithm: "first" };

describe.each(WIRES)("hedging over %s", (wire) => {
  it("asks a second endpoint when the first is slow, takes its answer, and cancels the first", async () => {
    const [stuck, quick] = await Promise.all([slow("stuck"), slow("quick", 0)]);
    const { gateway, port, finished } = await startGateway(appConfig([stuck.url, quick.url], HEDGE));
    const reply = await ask(wire, port);
    expect([reply.status, reply.text]).toEqual([200, "quick"]);
    await expect.poll(() => stuck.cancelled()).toBe(1);
    await expect.poll(() => atRest(gateway)).toBe(true);
    expect(finished[0]).toMatchObject({ attempts: 2, endpointId: quick.url });
  });

  it("takes the first one's answer where it comes first, and cancels the second", async () => {
    const [late, stuck] = await Promise.all([slow("late", 45), slow("stuck")]);
    const { gateway, port, finished } = await startGateway(appConfig([late.url, stuck.url], HEDGE));
    const reply = await ask(wire, port);
    expect(reply.text).toBe("late");
    await expect.poll(() => stuck.cancelled()).toBe(1);
    await expect.poll(() => atRest(gateway)).toBe(true);
    expect(finished[0]).toMatchObject({ attempts: 2, endpointId: late.url });
  });

  it("leaves quick requests alone", async () => {
    const [quick, other] = await Promise.all([slow("quick", 0), slow("other", 0)]);
    // Longer than a busy machine takes for an answer that waits for nothing.
    const { port } = await startGateway(appConfig([quick.url, other.url], { ...HEDGE, hedge: { after: "5s" } }));
    expect((await ask(wire, port)).text).toBe("quick");
    expect(other.requests.length).toBe(0);
  });

  it("goes on with the second where the first breaks off meanwhile", async () => {
    const dying = await startEndpoint((request) => void setTimeout(() => request.socket.destroy(), 40));
    const late = await slow("late", 45);
    const { gateway, port } = await startGateway(appConfig([dying.url, late.url], HEDGE));
    const reply = await ask(wire, port);
    expect([reply.status, reply.text, late.requests.length]).toEqual([200, "late", 1]);
    await expect.poll(() => atRest(gateway)).toBe(true);
  });

  it("goes on with the first where the second cannot be reached", async () => {
    const [late, gone] = await Promise.all([slow("late", 45), slow("gone", 0)]);
    await gone.kill();
    const { gateway, port } = await startGateway(appConfig([late.url, gone.url], HEDGE));
    const reply = await ask(wire, port);
    expect([reply.status, reply.text]).toEqual([200, "late"]);
    await expect.poll(() => atRest(gateway)).toBe(true);
  });

  it("sends a body again, whole; but never one of a method that must not be repeated", async () => {
    const stuck = await startEndpoint(() => {});
    const echo = await startEndpoint((request, response) => void request.pipe(response));
    const { port } = await startGateway(appConfig([stuck.url, echo.url], { ...HEDGE, timeouts: { request: "150ms" } }));
    expect((await ask(wire, port, { method: "PUT", body: "hello" })).text).toBe("hello");
    const post = await ask(wire, port, { method: "POST", body: "hello" });
    expect([post.status, echo.requests.length]).toEqual([504, 1]);
  });

  it("lets both go when the time for the request is over", async () => {
    const [one, two] = await Promise.all([slow("one"), slow("two")]);
    const { gateway, port } = await startGateway(
      appConfig([one.url, two.url], { ...HEDGE, timeouts: { request: "100ms" } }),
    );
    expect((await ask(wire, port)).status).toBe(504);
    await expect.poll(() => atRest(gateway)).toBe(true);
    await expect.poll(() => [one.cancelled(), two.cancelled()]).toEqual([1, 1]);
  });
});

describe("the budget of second tries", () => {
  it("is the service's for retries: what is over it waits for the first", async () => {
    const [late, quick] = await Promise.all([slow("late", 45), slow("quick", 0)]);
    // 100 are always allowed in ten seconds, and none besides with a budget of 1 %.
    const service = { ...HEDGE, hedge: { after: "5ms" }, retry: { budget: "1%" } };
    const { port } = await startGateway(appConfig([late.url, quick.url], service));
    const texts = await Promise.all(Array.from({ length: 130 }, () => ask("HTTP/1.1", port).then(({ text }) => text)));
    expect(texts.filter((text) => text === "quick").length).toBeLessThanOrEqual(101);
    expect(texts.filter((text) => text === "late").length).toBeGreaterThanOrEqual(29);
  });
});

describe("a second try that begins when the breaker looks again", () => {
  it.each(["wins", "is cancelled"])("gives its place back where it %s", async (how) => {
    const [first, second] = await Promise.all([
      slow("first", how === "wins" ? undefined : 200),
      slow("second", how === "wins" ? 0 : undefined),
    ]);
    const breaker = { errorRate: "50%", minimumRequests: 1, openFor: "10ms" };
    const service = { algorithm: "first", hedge: { after: "100ms" }, breaker };
    const { gateway, port } = await startGateway(appConfig([first.url, second.url], service));
    const asked = ask("HTTP/1.1", port);
    await expect.poll(() => first.requests.length).toBe(1);
    const { upstream } = gateway.runtime.services.get("app") ?? {};
    const failing = upstream?.acquire(undefined, undefined);
    if (upstream === undefined || failing === undefined) throw new Error("no endpoint");
    upstream.release(failing, "reset", -1);
    expect(upstream.breaker?.phase).toBe("open");
    expect((await asked).status).toBe(200);
    expect(second.requests.length).toBe(1);
    // A place that was not given back would keep everybody out for ever.
    await expect.poll(() => upstream.breaker?.wouldAdmit(performance.now() + 60_000)).toBe(true);
    expect(atRest(gateway)).toBe(true);
  });
});
