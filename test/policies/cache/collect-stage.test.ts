import { describe, expect, it } from "vitest";
import { CollectStage } from "../../../src/policies/cache/collect-stage.ts";

function stageOf(limit: number, room = 100) {
  const seen: string[] = [];
  let gathered = 0;
  const stage = new CollectStage({
    ends: {
      next: {
        write: (bytes, start, end) => {
          seen.push(bytes.toString("latin1", start, end));
          return false;
        },
        flush: () => void seen.push("flush"),
        end: () => void seen.push("end"),
      },
      resume: () => void seen.push("resume"),
      fail: () => {},
    },
    limit,
    store: {
      gather: (octets) => {
        if (gathered + octets > room) return false;
        gathered += octets;
        return true;
      },
      giveBack: (octets) => void (gathered -= octets),
    },
    onWhole: (body) => void seen.push(`whole ${body.toString()}`),
    onTooLong: () => void seen.push("too long"),
  });
  const write = (text: string): boolean => {
    const bytes = Buffer.from(`<${text}>`);
    const goesOn = stage.write(bytes, 1, bytes.length - 1);
    // The bytes are the read buffer's: the next read overwrites them.
    bytes.fill(0x21);
    return goesOn;
  };
  return { stage, seen, write, gathered: () => gathered };
}

describe("gathering a body on its way", () => {
  it("changes nothing of it, and has it whole before the client has", () => {
    const { stage, seen, write, gathered } = stageOf(10);
    expect([write("abc"), write("de")]).toEqual([false, false]);
    expect(gathered()).toBe(5);
    stage.flush();
    stage.drained();
    stage.end();
    expect(seen).toEqual(["abc", "de", "flush", "resume", "whole abcde", "end"]);
    expect(gathered()).toBe(0);
  });

  it("gives up one that is too long, or that there is no room for, and says so once", () => {
    for (const [limit, room] of [
      [4, 100],
      [100, 4],
    ] as const) {
      const { stage, seen, write, gathered } = stageOf(limit, room);
      write("abc");
      write("de");
      write("f");
      stage.end();
      expect([seen, gathered()]).toEqual([["abc", "too long", "de", "f", "end"], 0]);
    }
  });

  it("never makes a whole one of a part", () => {
    const { stage, seen, write, gathered } = stageOf(10);
    write("abc");
    stage.destroy();
    expect([seen, gathered()]).toEqual([["abc"], 0]);
  });
});
