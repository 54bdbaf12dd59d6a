import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { keepServing } from "../../../src/cli/up/keep-serving.ts";

describe("the last guard of up", () => {
  it("tells of what was thrown, and lets nobody else decide that the process ends", () => {
    const told: unknown[] = [];
    const process = new EventEmitter();
    let ended = 0;
    const end = (): void => void ended++;
    process.on("uncaughtException", end).on("unhandledRejection", end);
    const takeOff = keepServing({ error: (fields: object) => void told.push(fields) }, process);
    const err = new Error("planted");
    expect(process.emit("uncaughtException", err)).toBe(true);
    expect(process.emit("unhandledRejection", err)).toBe(true);
    expect(told).toEqual([{ err }, { err }]);
    expect(ended).toBe(0);
    takeOff();
    process.emit("uncaughtException", err);
    expect([told.length, ended, process.listenerCount("uncaughtException")]).toEqual([2, 1, 1]);
  });
});
