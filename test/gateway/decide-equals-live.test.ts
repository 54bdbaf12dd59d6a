import { Agent, request as httpRequest, type RequestListener } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { createDecider } from "../../src/gateway/decide.ts";
import { createRuntime } from "../../src/gateway/runtime.ts";
import type { SyntheticRequest } from "../../src/gateway/synthetic-request.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { createRng, nextInt, type Rng } from "../../src/shared/rng.ts";
import { startEndpoint } from "../helpers/endpoints.ts";
import { configOf, startGateway } from "../helpers/gateway.ts";

const REQUESTS = 10_000;
const SEED = "the same on both sides";

/** Every algorithm whose picks do not depend on how long answers took: those no one can foretell. */
const ALGORITHMS = [
  "round-robin",
  "weighted-round-robin",
  "least-conn",
  "weighted-least-conn",
  "ip-hash",
  "random",
  "p2c",
  "consistent-hash",
  "maglev",
  "rendezvous",
  "bounded-load",
  "first",
];

const pick = <T>(rng: Rng, from: readonly T[]): T => from[nextInt(rng, from.length)] as T;

const VERSIONING = {
  from: ["path", "header:accept-version", "query:v", "media-type"],
  default: "1",
  versions: { "1": {}, "2": {}, "3": {} },
};

/** Routes over a small alphabet, so that random requests meet all of them, and overlap in every way. */
function routes(service: (index: number) => string): unknown[] {
  const matches = [
    { path: "/a" },
    { path: "/a/{x}" },
    { path: { exact: "/a/b" } },
    { path: "/a/b", method: "POST" },
    { path: "/a/b", headers: { "x-beta": "true" } },
    { path: "/a/b", headers: { "x-beta": { present: true } }, query: { v: "2" } },
    { path: "/b", host: "*.shop.localhost" },
    { path: "/b", host: "eu.shop.localhost", method: ["PUT", "DELETE"] },
    { path: { regex: "^/b/[0-9]+$" } },
    { path: "/c", cookies: { group: "b" } },
    { path: "/c", query: { v: { regex: "^[0-9]$" } } },
    { path: { exact: "/c" }, method: "GET" },
  ];
  const plain = matches.map((match, index) => ({ name: `route ${index}`, match, service: service(index) }));
  return [
    ...plain,
    { name: "version 1", match: "/a", version: "1", service: service(1) },
    { name: "version 2", match: "/a/{x}", version: "2", service: service(2), keepVersionPath: true },
    { name: "version 3 below b", match: "/b", version: "3", service: service(3), rewrite: { stripPrefix: true } },
    { name: "in turn", match: "/c/1", split: { [service(0)]: 5, [service(5)]: 2, [service(9)]: 1, [service(4)]: 0 } },
    { name: "by user", match: "/c/a", split: { by: "header:x-user", to: { [service(6)]: 80, [service(7)]: 20 } } },
    { name: "by address", match: "/c/b", version: "2", split: { by: "ip", to: { [service(8)]: 1, [service(10)]: 1 } } },
  ];
}

function randomRequest(rng: Rng): SyntheticRequest {
  const version = pick(rng, ["", "", "", "/v1", "/v2", "/v3", "/%762", "/v9"]);
  const segments = Array.from({ length: nextInt(rng, 4) }, () => pick(rng, ["a", "b", "c", "1", "%61", "B", ""]));
  const query = pick(rng, ["", "", "", "?v=2", "?v=1&w=x", "?w=%20"]);
  const headers: [string, string][] = [
    ["host", pick(rng, ["localhost", "shop.localhost", "eu.shop.localhost", "x.y.shop.localhost"])],
  ];
  if (nextInt(rng, 4) === 0) headers.push(["accept-version", pick(rng, ["1", "2", "3", "3", "8"])]);
  if (nextInt(rng, 8) === 0) headers.push(["accept", pick(rng, ["application/vnd.a.v2+json", "text/a; version=3"])]);
  if (nextInt(rng, 3) === 0) headers.push(["x-beta", pick(rng, ["true", "false"])]);
  if (nextInt(rng, 3) === 0) headers.push(["cookie", pick(rng, ["group=b", "group=a; x=1"])]);
  if (nextInt(rng, 2) === 0) headers.push(["x-user", String(nextInt(rng, 50))]);
  return {
    method: pick(rng, ["GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE"]),
    url: `${version}/${segments.join("/")}${query}`,
    headers,
  };
}

describe("what route says", () => {
  it(`is what the live gateway does, for ${REQUESTS} random requests: route, service, endpoint and target`, async () => {
    let target: string | undefined;
    const listener: RequestListener = (received, response) => {
      target = received.url;
      response.end("ok");
    };
    const endpoints = await Promise.all(Array.from({ length: 5 }, () => startEndpoint(listener)));
    const services = Object.fromEntries(
      ALGORITHMS.map((name) => [
        name,
        {
          endpoints: endpoints.map(({ url }, index) => ({ url, weight: 1 + (index % 3) })),
          algorithm:
            /hash|maglev|rendezvous|bounded/.test(name) && name !== "ip-hash" ? { name, key: "header:x-user" } : name,
        },
      ]),
    );
    const raw = {
      versioning: VERSIONING,
      services,
      routes: routes((index) => ALGORITHMS[index % ALGORITHMS.length] as string),
    };
    const { port, finished } = await startGateway(raw, { seed: SEED });
    const decider = createDecider(createRuntime(configOf(raw), { clock: systemClock, seed: SEED }));

    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const rng = createRng("requests");
    const differences: unknown[] = [];
    const seen = new Set<string | undefined>();
    const codes = new Set<string | undefined>();
    for (let i = 0; i < REQUESTS; i++) {
      const request = randomRequest(rng);
      const said = decider.decide(request);
      await send(agent, port, request);
      const did = finished.at(-1);
      seen.add(did?.routeName);
      codes.add(did?.code);
      const same =
        said.route === (did?.routeName ?? null) &&
        said.service === (did?.serviceName ?? null) &&
        said.endpoint === (did?.endpointId ?? null) &&
        said.code === did?.code &&
        (said.outcome !== "forward" || target === (said.rewritten?.target ?? request.url)) &&
        (said.outcome === "forward" ? did?.status === 200 : said.status === did?.status);
      if (!same) differences.push({ request, said, did });
    }

    expect(differences.slice(0, 3)).toEqual([]);
    expect(finished).toHaveLength(REQUESTS);
    // Every route was met, and so was "no route": otherwise the equality would say little.
    expect(seen.size).toBe(19);
    expect(codes).toEqual(new Set(["GW0201", "GW0202", "GW0529", undefined]));
  }, 60_000);
});

function send(agent: Agent, port: number, { method, url, headers }: SyntheticRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { agent, host: "127.0.0.1", port, method, path: url, headers: Object.fromEntries(headers ?? []) },
      (response) => {
        response.resume();
        response.once("end", resolve);
        response.once("error", reject);
      },
    );
    outgoing.once("error", reject);
    outgoing.end();
  });
}
