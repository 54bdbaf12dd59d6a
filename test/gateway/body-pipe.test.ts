import { describe, expect, it } from "vitest";
import type { BodyStage, StageEnds } from "../../src/exchange/body-stage.ts";
import { BodyPipe } from "../../src/gateway/body-pipe.ts";
import { fc } from "../helpers/property.ts";

/** A pipe whose output is kept; `full` makes the output refuse more. */
function piped() {
  const out = { text: "", ended: 0, full: false, resumed: 0, failed: [] as unknown[] };
  const pipe = new BodyPipe(
    {
      write(bytes, start, end) {
        out.text += bytes.toString("latin1", start, end);
        return !out.full;
      },
      flush: () => {},
      end: () => {
        out.ended++;
      },
    },
    {
      resume: () => {
        out.resumed++;
      },
      fail: (error) => void out.failed.push(error),
    },
  );
  const write = (text: string): boolean => pipe.write(Buffer.from(text, "latin1"), 0, text.length);
  return { pipe, out, write };
}

/** Puts `mark` in front of every octet, and gives it on at once, or only at the end. */
function marking(mark: string, atEnd: boolean) {
  return ({ next, resume }: StageEnds): BodyStage => {
    let kept = "";
    const giveOn = (text: string): boolean => next.write(Buffer.from(text, "latin1"), 0, text.length);
    return {
      write(bytes, start, end) {
        const text = bytes.toString("latin1", start, end).replace(/./gs, `${mark}$&`);
        if (!atEnd) return giveOn(text);
        kept += text;
        return true;
      },
      flush: () => next.flush(),
      end() {
        if (kept !== "") giveOn(kept);
        next.end();
      },
      drained: resume,
      destroy: () => {},
    };
  };
}

describe("a body's way through stages", () => {
  it("gives nothing on before it is opened, then everything, in order, through every stage", () => {
    const stage = fc.record({ mark: fc.constantFrom("a", "b", "c"), atEnd: fc.boolean() });
    const step = fc.oneof(
      fc.record({ kind: fc.constant("write" as const), text: fc.string({ minLength: 1, maxLength: 5 }) }),
      fc.record({ kind: fc.constant("append" as const), stage }),
      fc.constant({ kind: "open" as const }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const { pipe, out, write } = piped();
        let sent = "";
        let open = false;
        const marks: string[] = [];
        for (const at of steps) {
          if (at.kind === "write") {
            const text = at.text.replace(/[^\x20-\x7e]/g, "?");
            write(text);
            sent += text;
          } else if (at.kind === "append" && !open) {
            // As a pipe is used: stages come before it is opened.
            pipe.append(marking(at.stage.mark, at.stage.atEnd));
            marks.push(at.stage.mark);
          } else if (at.kind === "open" && !open) {
            expect(out.text).toBe("");
            open = true;
            pipe.open();
          }
        }
        if (!open) pipe.open();
        pipe.end();
        let expected = sent;
        for (const mark of marks) expected = expected.replace(/./gs, `${mark}$&`);
        expect([out.text, out.ended]).toEqual([expected, 1]);
      }),
    );
  });

  it("collects what comes through the stages there are, and lets others follow", async () => {
    const { pipe, out, write } = piped();
    write("x");
    pipe.append(marking("1", false));
    const whole = pipe.collect(100);
    write("y");
    pipe.end();
    expect((await whole)?.toString()).toBe("1x1y");
    pipe.replace(Buffer.from("z"));
    pipe.append(marking("2", true));
    pipe.open();
    expect([out.text, out.ended]).toEqual(["2z", 1]);
  });

  it.each([
    [3, "abc"],
    [2, undefined],
  ])("collects up to %d octets: %s", async (limit, expected) => {
    const { pipe, write } = piped();
    const whole = pipe.collect(limit);
    write("ab");
    write("c");
    pipe.end();
    expect((await whole)?.toString()).toBe(expected);
  });

  it("stops the source when too much waits, and has it go on when opened", () => {
    const { pipe, out, write } = piped();
    expect(write("x".repeat(64 * 1024))).toBe(true);
    expect(write("y")).toBe(false);
    expect(out.resumed).toBe(0);
    pipe.open();
    expect([out.text.length, out.resumed]).toEqual([64 * 1024 + 1, 1]);
  });

  it("has the source wait for the client through a stage", () => {
    const { pipe, out, write } = piped();
    pipe.append(marking("1", false));
    pipe.open();
    out.full = true;
    expect(write("x")).toBe(false);
    const before = out.resumed;
    out.full = false;
    pipe.drained();
    expect([write("y"), out.resumed]).toEqual([true, before + 1]);
  });

  it("gives nothing on once it is destroyed, and tells its stages", () => {
    const { pipe, out, write } = piped();
    let destroyed = 0;
    let late: StageEnds | undefined;
    pipe.append((ends) => {
      late = ends;
      return { ...marking("1", false)(ends), destroy: () => void destroyed++ };
    });
    pipe.open();
    pipe.destroy();
    write("x");
    late?.next.write(Buffer.from("late"), 0, 4);
    late?.next.end();
    late?.fail(new Error("late"));
    pipe.destroy();
    expect([out.text, out.ended, out.failed, destroyed]).toEqual(["", 0, [], 1]);
  });
});
