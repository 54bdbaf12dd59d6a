import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { startEndpoint } from "../helpers/endpoints.ts";
import { startGateway } from "../helpers/gateway.ts";

/** DESIGN.md, invariant 7: nothing that a client or an endpoint sends can crash the process or go unanswered. */
describe("a bug that a request sets off", () => {
  it("while it is routed: is told, and answered 500; others are served", async () => {
    const endpoint = await startEndpoint();
    const bugs: unknown[] = [];
    const { gateway, url, finished } = await startGateway(
      { services: { s: endpoint.url }, routes: [{ match: "/", service: "s" }] },
      { onBug: (error) => bugs.push(error) },
    );
    const { router } = gateway.runtime;
    const match = router.match.bind(router);
    router.match = (facts) => {
      if (facts.path === "/bug") throw new Error("planted");
      return match(facts);
    };

    const refused = await fetch(`${url}/bug`);
    expect(refused.status).toBe(500);
    expect(await refused.json()).toMatchObject({ code: "GW0499" });
    expect(await (await fetch(`${url}/fine`)).text()).toBe("ok");
    expect(bugs).toEqual([new Error("planted")]);
    expect(finished.map(({ code }) => code)).toEqual(["GW0499", undefined]);
    expect(gateway.requestsInFlight).toBe(0);
  });

  it("while its answer is dealt with: ends that connection only", async () => {
    const endpoint = await startEndpoint();
    const { gateway, url, port } = await startGateway(
      { services: { s: endpoint.url }, routes: [{ match: "/", service: "s" }] },
      {
        onFinish: ({ path }) => {
          if (path === "/bug") throw new Error("planted");
        },
      },
    );
    const answer = await new Promise<string>((resolve) => {
      let all = "";
      const socket = connect(port, "127.0.0.1", () => socket.write("GET /bug HTTP/1.1\r\nHost: x\r\n\r\n"));
      onTestFinished(() => void socket.destroy());
      socket.on("data", (chunk) => {
        all += chunk.toString();
      });
      socket.on("close", () => resolve(all));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nok$/);
    expect(await (await fetch(`${url}/fine`)).text()).toBe("ok");
    expect(gateway.requestsInFlight).toBe(0);
  });
});
