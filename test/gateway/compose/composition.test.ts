import { describe, expect, it } from "vitest";
import { composeSchema } from "../../../src/config/compose/schema.ts";
import type { Route } from "../../../src/config/config.ts";
import type { Composed } from "../../../src/gateway/compose/composed-response.ts";
import { Composition, type ComposeSubject } from "../../../src/gateway/compose/composition.ts";
import { planComposition } from "../../../src/gateway/compose/compose-plan.ts";
import type { GatewayService } from "../../../src/gateway/gateway-service.ts";
import type { InternalTask } from "../../../src/gateway/internal/internal-calls.ts";
import type { InternalResult } from "../../../src/http/internal/internal-call.ts";
import { MessageHead } from "../../../src/http/head/message-head.ts";
import { scanResponse } from "../../../src/http/head/scan-response.ts";
import { fc } from "../../helpers/property.ts";

const SERVICE = { name: "app", timeouts: { request: 30_000 }, config: { timeouts: { request: 30_000 } } };
const SERVICES = new Map([["app", SERVICE as unknown as GatewayService]]);
const ROUTE = { name: "all" } as unknown as Route;

function headOf(status: number): MessageHead {
  const head = new MessageHead();
  const text = Buffer.from(`HTTP/1.1 ${status} -\r\ncontent-type: application/json\r\n\r\n`);
  scanResponse(head, text, 0, text.length);
  return head;
}

function answer(status: number, body: string): InternalResult {
  const common = { endpoint: "http://e:1", durationMs: 5 };
  return { kind: "answer", status, headers: headOf(status), body: Buffer.from(body), ...common };
}

/** A composition whose parts are answered by the test. */
function composing(parts: object, query = "", route: Partial<Route> = {}) {
  const clock = { time: 0, now: () => clock.time };
  const plan = planComposition({ ...ROUTE, ...route }, composeSchema.parse(parts), SERVICES);
  const sent: { task: InternalTask; path: string; cancelled: boolean; done: (result: InternalResult) => void }[] = [];
  const timers: { ms: number; run: () => void; stopped: boolean }[] = [];
  const results: Composed[] = [];
  const head = new MessageHead();
  const subject = { view: { authority: "a", head }, headers: head, query, captures: {}, timings: false };
  const composition = new Composition(
    plan,
    subject as unknown as ComposeSubject,
    {
      clock,
      timers: {
        after(ms, run) {
          const timer = { ms, run, stopped: false };
          timers.push(timer);
          return () => {
            timer.stopped = true;
          };
        },
      },
      send(task, onDone) {
        let over = false;
        const done = (result: InternalResult): void => {
          if (over) return;
          over = true;
          onDone(result);
        };
        const one = { task, path: task.request.head.split(" ")[1] ?? "", cancelled: false, done };
        sent.push(one);
        const fail = (reason: "cancelled" | "timeout") => () => {
          one.cancelled = true;
          done({ kind: "failure", reason, code: undefined, endpoint: undefined, durationMs: 1 });
        };
        return { cancel: fail("cancelled"), timeOut: fail("timeout") };
      },
    },
    (composed) => results.push(composed),
  );
  composition.start();
  return { composition, sent, timers, results, clock };
}

interface Spec {
  readonly needs: readonly number[];
  readonly optional: boolean;
  readonly fallback: boolean;
  readonly good: boolean;
}

const specs = fc.array(
  fc.record({
    needs: fc.uniqueArray(fc.nat(6), { maxLength: 3 }),
    optional: fc.boolean(),
    fallback: fc.boolean(),
    good: fc.boolean(),
  }),
  { minLength: 1, maxLength: 7 },
);

/** Parts only need those before them, so that there is no circle. */
function partsOf(all: readonly Spec[]): Record<string, object> {
  return Object.fromEntries(
    all.map(({ needs, optional, fallback }, i) => {
      const path = `/p${i}${needs
        .filter((other) => other < i)
        .map((other) => `/{p${other}.body.v}`)
        .join("")}`;
      return [`p${i}`, { service: "app", path, optional, ...(fallback ? { fallback: { v: `f${i}` } } : {}) }];
    }),
  );
}

describe("a composition", () => {
  it("comes to what its parts say, in whatever order they answer", () => {
    fc.assert(
      fc.property(specs, fc.infiniteStream(fc.nat()), (all, chance) => {
        const { sent, results, timers } = composing(partsOf(all));
        const settled = new Set<number>();
        const place = (path: string): number => Number(/^\/p(\d)/.exec(path)?.[1]);
        // By what a part says, or what stands in for it, others can be asked for.
        const isThere = (i: number): boolean => isGood(i) || (all[i] as Spec).fallback;
        const isGood = (i: number): boolean => {
          const { good, needs } = all[i] as Spec;
          return good && needs.filter((other) => other < i).every(isThere);
        };
        let next = 0;
        for (const waiting = [...sent]; waiting.length > 0; waiting.push(...sent.slice(next))) {
          next = sent.length;
          const [one] = waiting.splice((chance.next().value ?? 0) % waiting.length, 1);
          const i = place(one?.path ?? "");
          for (const other of all[i]?.needs.filter((each) => each < i) ?? []) {
            // Nobody is asked before all that it needs has answered, or never will.
            expect(settled.has(other) || !isGood(other)).toBe(true);
          }
          settled.add(i);
          one?.done(answer(all[i]?.good ? 200 : 500, JSON.stringify({ v: i })));
        }
        expect(new Set(sent.map(({ path }) => place(path))).size).toBe(sent.length);
        expect(results).toHaveLength(1);
        expect(timers.every(({ stopped }) => stopped)).toBe(true);
        const places = [...all.keys()];
        const isLost = (i: number): boolean => !isGood(i) && !all[i]?.optional && !all[i]?.fallback;
        if (places.some(isLost) || !places.some(isThere)) {
          expect(results[0]).toMatchObject({ kind: "problem", code: "GW0524" });
          return;
        }
        const response = results[0]?.kind === "response" ? results[0].response : undefined;
        const whole = places.map((i) => [`p${i}`, isGood(i) ? { v: i } : all[i]?.fallback ? { v: `f${i}` } : null]);
        expect(JSON.parse(String(response?.body))).toEqual(Object.fromEntries(whole));
        const missing = places.filter((i) => !isGood(i)).map((i) => `p${i}`);
        const mark = response?.fields.find(([name]) => name === "gatewayctl-partial")?.[1];
        expect(mark).toBe(missing.length === 0 ? undefined : missing.join(", "));
      }),
    );
  });

  it("gives up what is on its way when a part that is needed fails, and says no more", () => {
    const { sent, results, timers } = composing({
      a: { service: "app", path: "/a" },
      b: { service: "app", path: "/b" },
      c: { service: "app", path: "/{b.status}" },
    });
    sent[0]?.done(answer(500, ""));
    expect(sent.map(({ path, cancelled }) => [path, cancelled])).toEqual([
      ["/a", false],
      ["/b", true],
    ]);
    sent[1]?.done(answer(200, "1"));
    expect(results).toHaveLength(1);
    expect(timers.every(({ stopped }) => stopped)).toBe(true);
  });

  it("gives each part its own time, the route's, or its service's", () => {
    const { timers, results } = composing({
      a: { service: "app", path: "/a", timeout: "1s" },
      b: { service: "app", path: "/b" },
      c: { service: "app", path: "/c", timeout: "0s" },
    });
    expect(timers.map(({ ms }) => ms)).toEqual([1_000, 30_000]);
    timers[0]?.run();
    expect(results).toMatchObject([{ kind: "problem", detail: "The part a did not answer within 1000 ms." }]);
  });

  it("takes no longer than the route may, however long the chain", () => {
    const chain = {
      a: { service: "app", path: "/a" },
      b: { service: "app", path: "/{a.status}" },
      c: { service: "app", path: "/{b.status}", timeout: "100ms" },
    };
    const { timers, results, sent, clock } = composing(chain, "", { timeout: 1_000 });
    clock.time = 700;
    sent[0]?.done(answer(200, "1"));
    expect(timers.map(({ ms }) => ms)).toEqual([1_000, 300]);
    clock.time = 950;
    sent[1]?.done(answer(200, "1"));
    expect(timers[2]?.ms).toBe(50);
    timers[2]?.run();
    expect(results).toMatchObject([{ detail: "The part c did not answer within 50 ms." }]);
  });

  it("says nothing once it has been cancelled", () => {
    const { composition, sent, results, timers } = composing({ a: { service: "app", path: "/a" } });
    composition.cancel();
    sent[0]?.done(answer(200, "1"));
    expect([results, sent[0]?.cancelled, timers[0]?.stopped]).toEqual([[], true, true]);
  });

  it("asks nobody where the request lacks what a part needs, and passes over what may be left out", () => {
    const needed = composing({ a: { service: "app", path: "/{query.a}" }, b: { service: "app", path: "/b" } });
    expect(needed.sent).toHaveLength(0);
    expect(needed.results).toMatchObject([{ kind: "problem", code: "GW0525", publicDetail: true }]);
    const optional = composing({
      a: { service: "app", path: "/{query.a}", optional: true },
      b: { service: "app", path: "/b" },
    });
    optional.sent[0]?.done(answer(200, "1"));
    expect(String(optional.results[0]?.kind === "response" && optional.results[0].response.body)).toBe(
      '{"a":null,"b":1}',
    );
  });
});
