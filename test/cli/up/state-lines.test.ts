import { expect, it } from "vitest";
import { logState } from "../../../src/cli/up/state-lines.ts";
import { createEventLog } from "../../../src/telemetry/event-log.ts";

it("says that Redis has gone, why, and what becomes of limits; and that it is back", () => {
  const lines: string[] = [];
  const log = createEventLog({
    level: "info",
    redact: [],
    wallClock: { now: () => 0 },
    write: (line) => lines.push(line),
  });
  const tell = logState(log);
  tell({ store: "redis://db:6379", isUp: false, reason: "it has closed the connection" });
  tell({ store: "redis://db:6379", isUp: true });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: "warn",
      state: "redis://db:6379",
      msg: "Redis is gone: it has closed the connection; until it is back, each process counts for itself",
    }),
    expect.objectContaining({
      level: "info",
      state: "redis://db:6379",
      msg: "Redis is back: rate limits are counted there again",
    }),
  ]);
});
