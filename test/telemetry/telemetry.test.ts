import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { logLevel } from "../../src/telemetry/event-log.ts";
import { telemetrySchema } from "../../src/telemetry/schema.ts";
import { createTelemetry, type TelemetryOptions } from "../../src/telemetry/telemetry.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { finished } from "./exchanges.ts";

interface Given {
  readonly accessLog?: unknown;
  readonly isTTY?: boolean;
  readonly options?: Partial<TelemetryOptions>;
}

function create({ accessLog = {}, isTTY = false, options = {} }: Given = {}) {
  const writes: string[] = [];
  const sink = { write: (text: string) => void writes.push(text), isTTY, color: false, columns: 100 };
  const telemetry = createTelemetry({
    accessLog: telemetrySchema.parse({ accessLog }).accessLog,
    sink,
    clock: { now: () => 5_000 },
    wallClock: { now: () => Date.UTC(2026, 10, 21) },
    ...options,
  });
  return { telemetry, writes, text: () => writes.join("") };
}

describe("telemetry", () => {
  it("writes JSON lines where there is no terminal, and pretty ones where there is", () => {
    const json = create();
    json.telemetry.finish(finished());
    json.telemetry.flush();
    expect(JSON.parse(json.text())).toMatchObject({ path: "/users/7" });

    const pretty = create({ isTTY: true });
    pretty.telemetry.finish(finished());
    pretty.telemetry.flush();
    expect(pretty.text()).toContain("→ users · localhost:4001");
  });

  it("takes the format that the config names", () => {
    const json = create({ accessLog: { format: "json" }, isTTY: true });
    json.telemetry.finish(finished());
    json.telemetry.flush();
    expect(() => JSON.parse(json.text()) as unknown).not.toThrow();
  });

  it("hands on many lines in few writes, and nothing is lost", () => {
    const { telemetry, writes, text } = create();
    for (let i = 0; i < 1_000; i++) telemetry.finish(finished({ requestId: `r${i}` }));
    telemetry.flush();
    // A line has about 310 characters and a batch ends at 32 KiB: 1,000 lines are about 10 batches.
    expect(writes.length).toBeLessThan(20);
    const ids = text()
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { requestId: string }).requestId);
    expect(ids).toEqual(Array.from({ length: 1_000 }, (_, i) => `r${i}`));
  });

  it("writes by itself soon after the first line", () => {
    vi.useFakeTimers();
    try {
      const { telemetry, writes } = create();
      telemetry.finish(finished());
      expect(writes).toEqual([]);
      vi.advanceTimersByTime(100);
      expect(writes).toHaveLength(1);
      telemetry.finish(finished());
      vi.advanceTimersByTime(100);
      expect(writes).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it("copies what it needs: the exchange may change right after", () => {
    const { telemetry, text } = create();
    const exchange = { ...finished({ path: "/first" }) };
    telemetry.finish(exchange);
    Object.assign(exchange, { path: "/second" });
    telemetry.flush();
    expect(JSON.parse(text())).toMatchObject({ path: "/first" });
  });

  it("writes nothing of requests that the gateway made itself", () => {
    const { telemetry, text } = create();
    telemetry.finish(finished({ internal: "part" }));
    telemetry.flush();
    expect(text()).toBe("");
  });

  it("counts but writes nothing with `accessLog: false`", () => {
    const { telemetry, text } = create({ accessLog: false });
    telemetry.finish(finished());
    telemetry.flush();
    expect(text()).toBe("");
    expect(telemetry.metrics.summary().requests).toBe(1);
  });

  it("logs the share of requests that `sample` says, and counts all of them", () => {
    const { telemetry, text } = create({ accessLog: { sample: "25%" } });
    for (let i = 0; i < 4_000; i++) telemetry.finish(finished());
    telemetry.flush();
    const lines = text().trimEnd().split("\n").length;
    // Binomial: mean 1000, standard deviation sqrt(4000 × 0.25 × 0.75) = 27; the bounds are 5 of them away.
    expect(lines).toBeGreaterThan(863);
    expect(lines).toBeLessThan(1_137);
    expect(telemetry.metrics.summary().requests).toBe(4_000);
  });

  it("appends to the file that `path` names, and not to the sink", () => {
    const path = join(tempDir({ "access.log": "before\n" }), "access.log");
    const { telemetry, text } = create({ accessLog: { path }, isTTY: true });
    telemetry.finish(finished());
    void telemetry.close();
    const [before, line] = readFileSync(path, "utf8").split("\n");
    expect(before).toBe("before");
    expect(JSON.parse(line ?? "")).toMatchObject({ path: "/users/7" });
    expect(text()).toBe("");
    // Late exchanges, after close: lost, but no harm.
    telemetry.finish(finished());
    expect(() => telemetry.flush()).not.toThrow();
  });

  it("refuses a file that cannot be opened, with GW0017", () => {
    const path = join(tempDir(), "no", "such", "folder", "access.log");
    expect(() => create({ accessLog: { path } })).toThrow(expect.objectContaining({ code: "GW0017" }));
  });

  it("tells the event log when the file cannot be written any more", () => {
    let problem: ((reason: string) => void) | undefined;
    const openFile: TelemetryOptions["openFile"] = (_path, onProblem) => {
      problem = onProblem;
      return { write: () => {}, flushSync: () => {}, close: () => {} };
    };
    const { telemetry, text } = create({ accessLog: { path: "x.log" }, options: { openFile } });
    problem?.("x.log: ENOSPC");
    telemetry.flush();
    expect(JSON.parse(text())).toMatchObject({ level: "error", reason: "x.log: ENOSPC" });
  });
});

describe("the event log", () => {
  it("is JSON with level and time, in order with the access log", () => {
    const { telemetry, text } = create();
    telemetry.finish(finished());
    telemetry.log.warn({ service: "users" }, "endpoint is down");
    telemetry.flush();
    const lines = text().trimEnd().split("\n");
    expect(JSON.parse(lines[1] ?? "")).toEqual({
      level: "warn",
      time: "2026-11-21T00:00:00.000Z",
      service: "users",
      msg: "endpoint is down",
    });
  });

  it("never writes the values of redacted keys", () => {
    const { telemetry, text } = create({ accessLog: { redact: ["Authorization", "x-key", 'odd"]name'] } });
    telemetry.log.info({ authorization: "s3cret", headers: { "x-key": "s3cret", accept: "a" } }, "refused");
    telemetry.flush();
    expect(text()).not.toContain("s3cret");
    expect(JSON.parse(text())).toMatchObject({ headers: { accept: "a", "x-key": "[redacted]" } });
  });

  it("is pretty and harmless on a terminal, stacks included", () => {
    const { telemetry, text } = create({ isTTY: true });
    telemetry.log.error({ err: new Error("bad\u001b[2J"), path: "/\u001b[31m" }, "it \u009bfailed");
    telemetry.flush();
    expect(text()).toMatch(/^\d\d:\d\d:\d\d {2}error {2}it \\x9bfailed {2}path="/);
    expect(text()).toContain("telemetry.test.ts");
    expect(text().replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });

  it("has the level of GATEWAYCTL_LOG_LEVEL, and info without one", () => {
    expect(logLevel({})).toBe("info");
    expect(logLevel({ GATEWAYCTL_LOG_LEVEL: "Debug" })).toBe("debug");
    expect(logLevel({ GATEWAYCTL_LOG_LEVEL: "loud" })).toBe("info");
    const { telemetry, text } = create({ options: { level: "error" } });
    telemetry.log.warn("not this");
    telemetry.log.error("this");
    telemetry.flush();
    expect(text()).toContain("this");
    expect(text()).not.toContain("not this");
  });
});
