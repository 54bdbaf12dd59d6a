import { describe, expect, it } from "vitest";
import { decideLive } from "../../src/gateway/decide-live.ts";
import { createRuntime } from "../../src/gateway/runtime.ts";
import { appConfig, configOf } from "../helpers/gateway.ts";

const URLS = ["http://a.test:1", "http://b.test:2"];

function runtimeOf(service: Record<string, unknown>) {
  const clock = { time: 1_000, now: () => clock.time };
  return { clock, runtime: createRuntime(configOf(appConfig(URLS, service)), { clock, seed: "test" }) };
}

describe("what a running gateway would do", () => {
  it("is refused while the breaker is open, and asking does not let a try through", () => {
    const { clock, runtime } = runtimeOf({ breaker: { minimumRequests: 1, openFor: "5s" } });
    const { upstream } = runtime.services.get("app")!;
    upstream.release(upstream.acquire(undefined, undefined)!, "error", 1);
    const [open] = decideLive({ runtime }, { method: "GET", url: "/" }, 1);
    expect(open).toMatchObject({ outcome: "reject", status: 503, code: "GW0312" });
    clock.time += 5_000;
    const [after] = decideLive({ runtime }, { method: "GET", url: "/" }, 1);
    expect([after?.outcome, upstream.breaker?.phase]).toEqual(["forward", "open"]);
  });

  it("follows a cookie to an endpoint that may be used, and says so of one that may not", () => {
    const { runtime } = runtimeOf({ sticky: { cookie: "gw" } });
    const service = runtime.services.get("app")!;
    const cookie = service.sticky?.cookieFor("http://b.test:2", Date.now(), false).split(";")[0] ?? "";
    const ask = () => decideLive({ runtime }, { method: "GET", url: "/", headers: [["cookie", cookie]] }, 2);
    expect(ask().map(({ endpoint }) => endpoint)).toEqual(["http://b.test:2", "http://b.test:2"]);
    service.upstream.drain("http://b.test:2");
    const [moved] = ask();
    expect(moved?.endpoint).toBe("http://a.test:1");
    expect(moved?.reason).toContain("the cookie gw names http://b.test:2, which may not be used now");
  });
});
