import { connect } from "node:net";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import type { CollectedResponse } from "../../../src/exchange/collected-response.ts";
import type { PolicyExchange } from "../../../src/exchange/policy-exchange.ts";
import { createGateway, type Gateway } from "../../../src/gateway/gateway.ts";
import type { Policy, PolicyKind } from "../../../src/policies/policy.ts";
import { POLICIES } from "../../../src/policies/registry.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { atRest, configOf } from "../../helpers/gateway.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

const table = POLICIES as Record<string, PolicyKind | undefined>;
const real = { ...table };

afterEach(() => {
  for (const name of Object.keys(table)) table[name] = real[name];
});

type Again = (exchange: PolicyExchange) => Promise<CollectedResponse | undefined>;

interface Asked {
  readonly gateway: Gateway;
  readonly port: number;
  /** What came of each request that was sent again. */
  readonly answers: (CollectedResponse | undefined)[];
}

/** A gateway whose policy, in the cache's place, has every request sent again, and answers by itself. */
async function asking(urls: readonly string[], again: Again, route: object = {}): Promise<Asked> {
  const answers: Asked["answers"] = [];
  const policy: Policy = {
    onRequest(exchange) {
      void again(exchange).then((answer) => answers.push(answer));
      return { kind: "response", status: 200, fields: [], body: "stored" };
    },
    explain: () => ({ verdict: "pass", reason: "" }),
  };
  table["cache"] = { name: "cache", docs: "", schema: configOf as never, create: () => policy };
  const config = configOf({
    services: { app: { endpoints: urls, retry: { attempts: 1 }, algorithm: "first" } },
    routes: [{ match: "/", service: "app", ...route }],
  });
  const routes = config.routes.map((one) => ({
    ...one,
    policies: [...one.policies, { slot: "cache" as const, options: {}, from: "route" as const }],
  }));
  const gateway = createGateway({ ...config, routes });
  await gateway.start();
  onTestFinished(() => gateway.stop());
  return { gateway, port: gateway.bound[0]?.port ?? 0, answers };
}

describe.each(WIRES)("a request that is sent once more, over %s", (wire) => {
  it("goes as it stands, without its body and conditions, with the fields that are set", async () => {
    const app = await startEndpoint((_request, response) => {
      response.writeHead(200, { "x-a": "1", "content-length": "5" }).end("fresh");
    });
    const { port, answers, gateway } = await asking(
      [app.url],
      (exchange) => {
        exchange.requestFields.set("x-policy", "1");
        exchange.query = "c=d";
        return exchange.sendAgain([["if-none-match", '"2"']], 10);
      },
      { rewrite: { path: "/in", host: "in.test" } },
    );
    const headers = { "if-none-match": '"1"', range: "bytes=0-1", "content-type": "text/plain", "x-own": "1" };
    const reply = await ask(wire, port, { method: "POST", path: "/a?b=c", body: "hello", headers });
    expect(reply.text).toBe("stored");
    await until(() => answers.length === 1 && atRest(gateway));
    const [answer] = answers;
    expect([answer?.status, answer?.headers.get("x-a"), Buffer.from(answer?.body ?? []).toString()]).toEqual([
      200,
      "1",
      "fresh",
    ]);
    const [request] = app.requests;
    expect([request?.method, request?.url]).toEqual(["POST", "/in/a?c=d"]);
    expect(request?.headers).toMatchObject({ host: "in.test", "x-policy": "1", "x-own": "1", "if-none-match": '"2"' });
    for (const name of ["range", "content-type", "content-length", "transfer-encoding"]) {
      expect(request?.headers[name]).toBeUndefined();
    }
  });

  it("comes to nothing where its body is too long, or no endpoint answers", async () => {
    const app = await startEndpoint((_request, response) => response.end("0123456789+"));
    const long = await asking([app.url], (exchange) => exchange.sendAgain([], 10));
    await ask(wire, long.port);
    await until(() => long.answers.length === 1);
    const dead = await asking(["http://127.0.0.1:1"], (exchange) => exchange.sendAgain([], 10));
    await ask(wire, dead.port);
    await until(() => dead.answers.length === 1 && atRest(dead.gateway));
    expect([...long.answers, ...dead.answers]).toEqual([undefined, undefined]);
  });

  it("is tried again at another endpoint, as any is", async () => {
    const app = await startEndpoint((_request, response) => response.end("fresh"));
    const { port, answers } = await asking(["http://127.0.0.1:1", app.url], (exchange) => exchange.sendAgain([], 10));
    await ask(wire, port);
    await until(() => answers.length === 1);
    expect(Buffer.from(answers[0]?.body ?? []).toString()).toBe("fresh");
  });
});

describe("a request that is sent once more", () => {
  it("goes on when the client has left, and other requests have come on its connection", async () => {
    const waiting: (() => void)[] = [];
    const app = await startEndpoint((request, response) => void waiting.push(() => response.end(request.url)));
    const { port, answers } = await asking([app.url], (exchange) => exchange.sendAgain([], 100));
    const client = connect(port, "127.0.0.1");
    client.write("GET /first HTTP/1.1\r\nhost: a\r\n\r\n");
    await until(() => waiting.length === 1);
    client.write("GET /second HTTP/1.1\r\nhost: a\r\n\r\n");
    await until(() => waiting.length === 2);
    client.destroy();
    waiting[0]?.();
    await until(() => answers.length === 1);
    expect(Buffer.from(answers[0]?.body ?? []).toString()).toBe("/first");
  });

  it("is given up when its service takes longer than it may", async () => {
    const app = await startEndpoint(() => {});
    const again: Again = (exchange) => exchange.sendAgain([], 100);
    const { port, answers, gateway } = await asking([app.url], again, { timeout: "50ms" });
    await ask("HTTP/1.1", port);
    await until(() => answers.length === 1 && atRest(gateway));
    expect(answers).toEqual([undefined]);
  });

  it("is settled when the gateway stops", async () => {
    const app = await startEndpoint(() => {});
    const { gateway, port, answers } = await asking([app.url], (exchange) => exchange.sendAgain([], 100));
    await ask("HTTP/1.1", port);
    await until(() => app.requests.length === 1);
    await gateway.stop();
    await until(() => answers.length === 1);
    expect(answers).toEqual([undefined]);
  });
});

describe("a composition that is made once more", () => {
  it("asks for all parts again, and goes on when the client has left", async () => {
    const users = await startEndpoint((request, response) => {
      setTimeout(() => response.writeHead(200, { "cache-control": "max-age=9" }).end(JSON.stringify(request.url)), 20);
    });
    const compose = {
      a: { service: "app", path: "/a/{query.id}" },
      b: { service: "app", path: "/b/{header.x-b}/{a.status}" },
    };
    const again: Again = (exchange) => exchange.sendAgain([["if-none-match", '"1"']], 1_000);
    const { gateway, port, answers } = await asking([users.url], again, { service: undefined, compose });
    const client = connect(port, "127.0.0.1");
    client.write("GET /?id=7 HTTP/1.1\r\nhost: a\r\nx-b: c\r\n\r\n");
    await until(() => users.requests.length === 1);
    client.destroy();
    await until(() => answers.length === 1 && atRest(gateway));
    const [answer] = answers;
    expect([answer?.status, answer?.headers.get("cache-control"), answer?.headers.get("vary")]).toEqual([
      200,
      "max-age=9",
      "x-b",
    ]);
    expect(Buffer.from(answer?.body ?? []).toString()).toBe('{"a":"/a/7","b":"/b/c/200"}');
  });

  it("comes to nothing where a part fails, or the request lacks what one needs", async () => {
    const again: Again = (exchange) => exchange.sendAgain([], 1_000);
    const compose = { a: { service: "app", path: "/{query.id}" } };
    const { port, answers } = await asking(["http://127.0.0.1:1"], again, { service: undefined, compose });
    await ask("HTTP/1.1", port, { path: "/?id=1" });
    await ask("HTTP/1.1", port);
    await until(() => answers.length === 2);
    expect(answers).toEqual([undefined, undefined]);
  });
});
