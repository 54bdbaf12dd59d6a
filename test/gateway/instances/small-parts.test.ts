import { describe, expect, it } from "vitest";
import { HealthNews } from "../../../src/gateway/instances/health-news.ts";
import { KnownFactsBook } from "../../../src/gateway/instances/known-facts.ts";
import { limitShare } from "../../../src/gateway/instances/limit-share.ts";
import { createTextRelay } from "../../../src/gateway/instances/text-relay.ts";
import type { HealthChange } from "../../../src/gateway/gateway-service.ts";
import { limitsSchema } from "../../../src/http/schema.ts";

describe("a worker's share of the limits", () => {
  const limits = limitsSchema.parse({ connections: 10, connectionsPerIp: 2, requests: 7 });
  const shares = (of: number) => Array.from({ length: of }, (_, index) => limitShare(limits, index, of));

  it.each([2, 3, 7])("adds up to the whole over %i workers", (of) => {
    const sum = (name: "connections" | "requests") => shares(of).reduce((total, share) => total + share[name], 0);
    expect([sum("connections"), sum("requests")]).toEqual([10, 7]);
  });

  it("is never 0, and leaves sizes and times as they are", () => {
    expect(shares(3).map(({ connectionsPerIp }) => connectionsPerIp)).toEqual([1, 1, 1]);
    const { connections: _c, connectionsPerIp: _i, requests: _r, ...rest } = limits;
    expect(shares(3)[2]).toMatchObject(rest);
  });
});

describe("text on its way to the front", () => {
  it("is bounded where the front does not keep up; how much was lost is told when there is room again", () => {
    const sent: string[] = [];
    const acks: (() => void)[] = [];
    const lost: number[] = [];
    const relay = createTextRelay(
      (text, done) => {
        sent.push(text);
        acks.push(done);
      },
      (lines) => lost.push(lines),
      10,
    );
    relay.write("12345\n");
    relay.write("a\nb\nc\n");
    relay.write("x\n");
    expect(sent).toEqual(["12345\n", "x\n"]);
    expect(lost).toEqual([]);
    for (const done of acks.splice(0)) done();
    expect(lost).toEqual([3]);
    relay.write("again\n");
    expect(sent.at(-1)).toBe("again\n");
  });

  it("takes a text longer than the bound if nothing else waits", () => {
    const sent: string[] = [];
    createTextRelay(
      (text) => sent.push(text),
      () => {},
      10,
    ).write("longer than ten\n");
    expect(sent).toHaveLength(1);
  });
});

describe("what instances say of health", () => {
  const change = (endpoint: string, from: HealthChange["from"], to: HealthChange["to"]): HealthChange => ({
    service: "users",
    endpoint,
    from,
    to,
    reason: "r",
  });

  it("is told when the first says down, and when the last has taken it back", () => {
    const told: string[] = [];
    const news = new HealthNews(({ endpoint, to }) => told.push(`${endpoint} ${to}`));
    news.hear(1, change("a", "unknown", "healthy"));
    news.hear(1, change("a", "healthy", "unhealthy"));
    news.hear(2, change("a", "healthy", "unhealthy"));
    news.hear(2, change("b", "healthy", "unhealthy"));
    news.hear(1, change("a", "unhealthy", "healthy"));
    expect(told).toEqual(["a unhealthy", "b unhealthy"]);
    news.hear(2, change("a", "unhealthy", "healthy"));
    expect(told.at(-1)).toBe("a healthy");
  });

  it("does not outlive the instance that said it", () => {
    const told: string[] = [];
    const news = new HealthNews(({ to }) => told.push(to));
    news.hear(1, change("a", "healthy", "unhealthy"));
    news.forget(1);
    news.hear(1, change("a", "unknown", "unhealthy"));
    expect(told).toEqual(["unhealthy", "unhealthy"]);
  });
});

describe("what an instance that starts later is told", () => {
  it("is the last word on each thing", () => {
    const book = new KnownFactsBook();
    book.setStarting({ service: "other", starting: true });
    book.setInstances({ service: "users", endpoints: [], starting: true });
    book.setStarting({ service: "users", starting: false });
    book.change({ service: "users", endpoint: "a", change: { draining: true } });
    book.change({ service: "users", endpoint: "a", change: { weight: 3 } });
    book.change({ service: "users", endpoint: "a", change: { draining: false } });
    expect(book.all).toEqual({
      instances: [{ service: "users", endpoints: [], starting: false }],
      changes: [
        { service: "users", endpoint: "a", change: { draining: false } },
        { service: "users", endpoint: "a", change: { weight: 3 } },
      ],
    });
  });
});
