import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { keepServing } from "../../../src/cli/up/keep-serving.ts";

describe("the last guard of up", () => {
  it("tells of what was thrown, and lets nobody else decide that the process ends", () => {
    const told: unknown[] = [];
    const process = new EventEmitter();
    const takeOff = keepServing({ error: (fields: object) => void told.push(fields) }, process);
    const err = new Error("planted");
    expect(process.emit("uncaughtException", err)).toBe(true);
    expect(told).toEqual([{ err }]);
    takeOff();
    expect(process.listenerCount("uncaughtException")).toBe(0);
  });
});
