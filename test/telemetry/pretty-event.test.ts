import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPrettyEvent } from "../../src/telemetry/pretty-event.ts";

const TIME = "2026-03-01T12:03:07.000Z";

/** Without the time of day, which depends on the machine's time zone. */
function line(fields: Readonly<Record<string, unknown>>, columns = 100, names?: ReadonlyMap<string, string>): string {
  const text = createPrettyEvent({ color: false, columns }, names)(JSON.stringify({ time: TIME, ...fields }));
  expect(text.slice(0, 10)).toMatch(/^\d\d:\d\d:\d\d {2}$/);
  return text.slice(10);
}

describe("a line of the event log for eyes", () => {
  it("has level and sentence, and other fields behind it", () => {
    expect(line({ level: "info", msg: "reloaded", ms: 12, file: "a b" })).toBe('info   reloaded  ms=12 file="a b"\n');
  });

  it("says first whom it is about", () => {
    const endpoint = "http://localhost:4001";
    expect(line({ level: "warn", service: "users", endpoint, msg: "down: x" })).toBe(
      "warn   users · localhost:4001  down: x\n",
    );
    expect(line({ level: "info", service: "users", msg: "reloaded" })).toBe("info   users  reloaded\n");
    const names = new Map([[endpoint, "users-1"]]);
    expect(line({ level: "warn", service: "users", endpoint, msg: "down: x" }, 100, names)).toBe(
      "warn   users-1  down: x\n",
    );
  });

  it("tells what a service wrote from what is said about it, and leaves out what only programs want", () => {
    const about = { level: "info", service: "users", instance: 2, port: 4002, pid: 77 };
    expect(line({ ...about, stream: "stdout", msg: "listens" })).toBe("info   users#2 │ listens\n");
    expect(line({ ...about, msg: "ready after 3 ms" })).toBe("info   users#2  ready after 3 ms\n");
  });

  it("goes on below its beginning where it is wider than the screen, at blanks only", () => {
    const msg = "orders-3 stops listening, as during a deployment: its requests go to the others";
    const lines = line({ level: "info", msg }, 60).split("\n");
    expect(lines).toEqual([
      "info   orders-3 stops listening, as during a",
      `${" ".repeat(17)}deployment: its requests go to the others`,
      "",
    ]);
    expect(line({ level: "info", msg: "x".repeat(200) }, 60)).toBe(`info   ${"x".repeat(200)}\n`);
  });

  it("leaves what a service wrote as it is, however long", () => {
    const msg = "a  b ".repeat(40);
    expect(line({ level: "warn", service: "users", instance: 1, stream: "stderr", msg }, 60)).toBe(
      `warn   users#1 │ ${msg}\n`,
    );
  });

  it.each([40, 61, 80, 120])("loses nothing of a sentence when it is folded at %i columns", (columns) => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "·"), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
        const text = line({ level: "info", msg: words.join(" ") }, columns);
        expect(text.slice(7, -1).split(/\n {17}|(?<! ) /)).toEqual(words);
        // Every word fits, so that every line does: the time is cut off the first one.
        const [first = "", ...rest] = text.trimEnd().split("\n");
        expect(Math.max(first.length + 10, ...rest.map(({ length }) => length))).toBeLessThanOrEqual(columns);
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it("shows control characters instead of obeying them", () => {
    const text = line({
      level: "info",
      service: "u\u001b[2Js",
      instance: 1,
      stream: "stdout",
      msg: "\u001b[31mred\rx",
    });
    expect(text).toBe(String.raw`info   u\x1b[2Js#1 │ \x1b[31mred\x0dx` + "\n");
  });

  it("keeps the lines of a stack, indented", () => {
    const err = { message: "no", stack: "Error: no\n    at f (a.ts:1:2)" };
    expect(line({ level: "error", msg: "failed", err })).toBe(
      `error  failed\n${" ".repeat(10)}Error: no\n${" ".repeat(10)}    at f (a.ts:1:2)\n`,
    );
  });

  it.each([
    ["error", 31],
    ["fatal", 31],
    ["warn", 33],
    ["info", 36],
    ["debug", 2],
  ])("colours %s", (level, code) => {
    const text = createPrettyEvent({ color: true, columns: 80 })(JSON.stringify({ level, time: TIME, msg: "x" }));
    expect(text).toContain(`\u001b[${code}m${level}`);
  });
});
