import { Agent, request as httpRequest } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { startEndpoint, type TestEndpoint } from "../../helpers/endpoints.ts";
import { appConfig, atRest, inUse, startGateway } from "../../helpers/gateway.ts";
import { until } from "../../helpers/eventually.ts";
import { leastTime } from "../../helpers/cost.ts";

const CLIENTS = 64;

interface Load {
  /** Status → how many; "error" where there was no answer. */
  readonly statuses: Map<number | "error", number>;
  stop(): Promise<void>;
}

/** Sixty-four clients, each on one kept connection, asking as fast as they are answered. */
function startLoad(url: string): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  onTestFinished(() => agent.destroy());
  const statuses = new Map<number | "error", number>();
  let stopped = false;
  const client = async (): Promise<void> => {
    while (!stopped) {
      const status = await get(`${url}/x`, agent);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  const all = Promise.all(Array.from({ length: CLIENTS }, client));
  return {
    statuses,
    stop: async () => {
      stopped = true;
      await all;
    },
  };
}

function get(url: string, agent: Agent): Promise<number | "error"> {
  return new Promise((resolve) => {
    const request = httpRequest(url, { agent }, (response) => {
      response.resume();
      response.once("close", () => resolve(response.complete ? (response.statusCode as number) : "error"));
    });
    request.once("error", () => resolve("error"));
    request.end();
  });
}

const total = (load: Load): number => [...load.statuses.values()].reduce((sum, count) => sum + count, 0);

/** Answers within a millisecond or so, so that requests are in the middle of it when it dies. */
const slowly: Parameters<typeof startEndpoint>[0] = (_request, response) => {
  setTimeout(() => response.end("ok"), 1);
};

describe("an endpoint that dies under load", () => {
  it("fails no request, and gets traffic again soon after it is back", async () => {
    const endpoints = await Promise.all([0, 1, 2].map(() => startEndpoint(slowly)));
    const [, second] = endpoints as [TestEndpoint, TestEndpoint, TestEndpoint];
    const { gateway, url } = await startGateway(appConfig(endpoints.map((endpoint) => endpoint.url)));
    const load = startLoad(url);
    await until(() => second.requests.length > 200, "no load");
    await second.kill();
    const atKill = total(load);
    await until(() => total(load) > atKill + 500, "load stopped with the endpoint");

    const again = await startEndpoint(slowly, "127.0.0.1", second.port);
    await until(() => again.requests.length > 50, "no traffic after the restart");
    await load.stop();

    expect([...load.statuses.keys()]).toEqual([200]);
    await until(
      () => atRest(gateway),
      () => JSON.stringify(inUse(gateway)),
    );
  });

  it("is told to clients quickly when no other is left", async () => {
    const endpoints = await Promise.all([0, 1, 2].map(() => startEndpoint(slowly)));
    const { gateway, url } = await startGateway(appConfig(endpoints.map((endpoint) => endpoint.url)));
    const load = startLoad(url);
    await until(() => total(load) > 300, "no load");
    await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
    await until(() => (load.statuses.get(502) ?? 0) + (load.statuses.get(503) ?? 0) > 300, "no errors came");
    await load.stop();
    for (const status of load.statuses.keys()) expect([200, 502, 503]).toContain(status);

    expect(await leastTime(async () => (await fetch(`${url}/x`)).text(), 500)).toBeLessThan(500);
    const response = await fetch(`${url}/x`);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status: response.status, code: "GW0301" });
    await until(
      () => atRest(gateway),
      () => JSON.stringify(inUse(gateway)),
    );
  });
});
