import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPrettyLine } from "../../../src/telemetry/access-log/pretty-line.ts";
import { finished } from "../exchanges.ts";

const at = (columns: number, color = false) => createPrettyLine({ color, columns });
const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme", maxLength: 200 }));
// oxlint-disable-next-line no-control-regex -- control characters are what must not be there
const SGR = /\x1b\[(?:2|22|3[1236]|39)m/g;
/** Controls, bidirectional and other format characters, line ends, lone surrogates. */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Without the time of day, which depends on the machine's time zone. */
function rest(line: string): string {
  expect(line.slice(0, 8)).toMatch(/^\d\d:\d\d:\d\d$/);
  return line.slice(8);
}

function endOfDuration(line: string): number {
  const found = / [\d.]+ m?s/.exec(line);
  return (found?.index ?? 0) + (found?.[0].length ?? 0);
}

describe("a pretty access log line", () => {
  it("names status, method, path, service, endpoint and duration", () => {
    expect(rest(at(120)(finished()))).toMatch(
      /^ {2}200 {2}GET {5}\/users\/7 {2,}→ users · localhost:4001 {2,}3\.2 ms\n$/,
    );
  });

  it("shows retries and the error's code at the end", () => {
    expect(at(120)(finished({ attempts: 2 }))).toMatch(/3\.2 ms {2}2 tries\n$/);
    expect(at(120)(finished({ attempts: 3, code: "GW0301", status: 502 }))).toMatch(/ {2}3 tries GW0301\n$/);
    expect(at(120)(finished({ attempts: 0, code: "GW0201", status: 404 }))).toMatch(/ms {2}GW0201\n$/);
  });

  it("names the route where the gateway answered itself, and nothing where no route matched", () => {
    const own = { serviceName: undefined, endpointId: undefined, attempts: 0 };
    expect(at(100)(finished({ ...own, routeName: "ping" }))).toContain("← ping");
    expect(at(100)(finished({ ...own, routeName: undefined }))).not.toMatch(/[←→]/);
  });

  it.each([80, 120])("puts columns below each other at %i columns", (columns) => {
    const line = at(columns);
    const lines = [
      line(finished()),
      line(finished({ method: "OPTIONS", path: "/a", serviceName: "orders", endpointId: "http://localhost:4013" })),
      line(finished({ path: `/${"x".repeat(200)}`, durationMs: 1234, attempts: 2 })),
    ];
    expect(new Set(lines.map((text) => text.indexOf("→"))).size).toBe(1);
    expect(new Set(lines.map(endOfDuration)).size).toBe(1);
  });

  it("leaves localhost out on a narrow screen", () => {
    expect(at(80)(finished())).toContain("→ users · :4001");
    expect(at(80)(finished({ endpointId: "http://127.0.0.1:4001" }))).toContain("→ users · :4001");
    expect(at(80)(finished({ endpointId: "http://10.0.0.7:4001" }))).toContain("· 10.0.0.7:40");
  });

  it("shortens the service rather than the port, which tells endpoints apart", () => {
    const line = at(80)(finished({ serviceName: "a-service-with-a-long-name", endpointId: "http://localhost:21321" }));
    expect(line).toContain("→ a-service-with-…");
    expect(line).toContain("· :21321");
  });

  it("shows an endpoint's name instead, where it has one", () => {
    const line = createPrettyLine({ color: false, columns: 80 }, new Map([["http://localhost:4001", "users-1"]]));
    expect(line(finished())).toContain("→ users-1  ");
    expect(line(finished({ endpointId: "http://localhost:4002" }))).toContain("→ users · :4002");
  });

  it.each([
    [200, "\u001b[32m200"],
    [304, "\u001b[36m304"],
    [404, "\u001b[33m404"],
    [502, "\u001b[31m502"],
  ])("colours %i by its class", (status, colored) => {
    expect(at(80, true)(finished({ status }))).toContain(colored);
  });

  it("writes no escape code without colours", () => {
    expect(at(80)(finished({ status: 502, code: "GW0301", attempts: 2 }))).not.toContain("\u001b");
  });

  it("shows an injected escape sequence instead of obeying it", () => {
    const line = at(120)(finished({ path: "/\u001b[2J\u009b31m\r\nfake\u202egnp" }));
    expect(line).toContain(String.raw`/\x1b[2J\x9b31m\x0d\x0afake\u{202e}gnp`);
  });

  it.each([0, 40, 61, 80, 120, 200])("is one harmless line that fits %i columns, whatever was sent", (columns) => {
    fc.assert(
      fc.property(
        fc.record({
          path: anyText,
          method: anyText,
          serviceName: fc.option(anyText, { nil: undefined }),
          endpointId: fc.option(anyText, { nil: undefined }),
          routeName: fc.option(anyText, { nil: undefined }),
          durationMs: fc.double({ min: -1, max: 1e9 }),
          attempts: fc.integer({ min: 0, max: 9_999 }),
          status: fc.integer({ min: 100, max: 999 }),
          code: fc.constantFrom(undefined, "GW0301" as const),
        }),
        fc.boolean(),
        (changes, color) => {
          const line = at(columns, color)(finished(changes));
          const shown = line.replace(SGR, "").slice(0, -1);
          expect(line.endsWith("\n")).toBe(true);
          expect(shown).not.toMatch(HARMFUL);
          expect(shown.length).toBeLessThanOrEqual(Math.max(columns, 40));
        },
      ),
      { numRuns: 500, seed: 3 },
    );
  });
});
