import { describe, expect, it } from "vitest";
import { Agenda } from "../../../../src/lab/simulate/living/agenda.ts";
import { createRng, nextInt } from "../../../../src/shared/rng.ts";

describe("an agenda", () => {
  it("has things happen in the order of time, and of two at once the one planned first", () => {
    const agenda = new Agenda();
    const rng = createRng(1);
    const planned = Array.from({ length: 500 }, (_, i) => ({ at: nextInt(rng, 50), i }));
    const seen: typeof planned = [];
    for (const thing of planned) {
      agenda.at(thing.at, () => {
        expect(agenda.now).toBe(thing.at);
        seen.push(thing);
      });
    }
    while (agenda.next());
    expect(seen).toEqual(planned.toSorted((a, b) => a.at - b.at || a.i - b.i));
  });

  it("forgets what is called off, and moves what is past to now", () => {
    const agenda = new Agenda();
    const seen: string[] = [];
    agenda.at(5, () => seen.push("off")).happen = undefined;
    agenda.at(10, () => agenda.at(3, () => seen.push(`late at ${agenda.now}`)));
    while (agenda.next());
    expect(seen).toEqual(["late at 10"]);
  });
});
