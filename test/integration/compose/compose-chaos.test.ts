import { get } from "node:http";
import { describe, expect, it } from "vitest";
import { createRng, nextFloat, nextInt } from "../../../src/shared/rng.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { atRest, startGateway } from "../../helpers/gateway.ts";

type Outcome = { readonly status: number; readonly text: string } | "left";

/** Asks, and leaves after `leaveAfter` ms if nothing has come by then. */
function askOrLeave(port: number, leaveAfter: number | undefined): Promise<Outcome> {
  return new Promise((resolve) => {
    const asking = get({ host: "127.0.0.1", port, path: "/", agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", () => resolve("left"));
    });
    asking.on("error", () => resolve("left"));
    if (leaveAfter !== undefined) setTimeout(() => asking.destroy(), leaveAfter);
  });
}

describe("compositions of services that fail in every way, for clients that leave at any time", () => {
  it("are each answered once, and leave nothing behind", async () => {
    const rng = createRng("chaos");
    // Of their own: how many leave must not depend on what the endpoint is asked, and when.
    const clients = createRng("clients");
    let stayed = 0;
    const endpoint = await startEndpoint((request, response) => {
      const send = (): void => void response.writeHead(200, { "content-type": "application/json" }).end('{"v":1}');
      switch (nextInt(rng, 8)) {
        case 0:
          return request.socket.destroy();
        case 1:
          response.writeHead(200, { "content-length": "9" }).write("{");
          return void setTimeout(() => request.socket.destroy(), 5);
        case 2:
          // Never.
          return;
        case 3:
          return void response.writeHead(500).end();
        case 4:
          return void response.end("x".repeat(5_000));
        case 5:
          return void setTimeout(send, nextInt(rng, 20));
        default:
          return send();
      }
    });
    const part = { service: "app", maxBytes: "1KiB", timeout: "60ms" };
    const { gateway, port, finished } = await startGateway({
      services: { app: { endpoints: [endpoint.url, "http://127.0.0.1:1"], retry: { attempts: 1 } } },
      routes: [
        {
          match: "/",
          compose: {
            a: { ...part, path: "/a", fallback: { v: 0 } },
            b: { ...part, path: "/b/{a.body.v}", optional: true },
            c: { ...part, path: "/c/{a.body.v}/{b.body.v}", optional: true },
            d: { ...part, path: "/d", method: "POST", optional: true },
            e: { ...part, path: "/e/{a.body.v}", pass: [500] },
          },
        },
      ],
    });
    const outcomes: Outcome[] = [];
    const missing = (): boolean =>
      [200, 500, 502].some((status) => !outcomes.some((outcome) => outcome !== "left" && outcome.status === status));
    // A part has 60 ms: where the machine is too busy for 20 at a time, some come one at a time.
    for (let round = 0; round < 15 || (missing() && round < 200); round++) {
      const all = Array.from({ length: round < 15 ? 20 : 1 }, () => {
        const leaveAfter = nextFloat(clients) < 0.3 ? nextInt(clients, 60) : undefined;
        if (leaveAfter === undefined) stayed++;
        return askOrLeave(port, leaveAfter);
      });
      outcomes.push(...(await Promise.all(all)));
    }
    const answered = outcomes.filter((outcome) => outcome !== "left");
    // On a busy machine, nobody may be answered before they leave.
    expect(answered.length).toBeGreaterThanOrEqual(stayed);
    expect(stayed).toBeGreaterThan(180);
    for (const { status, text } of answered) {
      expect([200, 500, 502]).toContain(status);
      if (status !== 500) expect(JSON.parse(text)).toBeTypeOf("object");
    }
    expect(new Set(answered.map(({ status }) => status))).toEqual(new Set([200, 500, 502]));
    await until(() => atRest(gateway));
    // Some have left before they asked.
    const ids = finished.filter(({ serviceName }) => serviceName === undefined).map(({ requestId }) => requestId);
    expect(ids.length).toBeGreaterThanOrEqual(answered.length);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
