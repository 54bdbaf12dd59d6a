import { describe, expect, it } from "vitest";
import { Admission } from "../../src/upstream/admission.ts";

const admission = (spec: { requests?: number; connections?: number; pending?: number }) =>
  new Admission<string>({ ...spec, queueTimeout: 5_000 });

describe("a service's places", () => {
  it("are so many, then so many wait, then it is full", () => {
    const places = admission({ requests: 2, pending: 1 });
    expect(["a", "b", "c", "d"].map((name) => places.admit(name))).toEqual(["enter", "enter", "wait", "full"]);
    expect([places.inside, places.waiting]).toEqual([2, 1]);
  });

  it("go to the one that has waited longest", () => {
    const places = admission({ requests: 1 });
    for (const name of ["a", "b", "c"]) places.admit(name);
    expect([places.leave(), places.leave(), places.leave()]).toEqual(["b", "c", undefined]);
    expect([places.inside, places.admit("d")]).toEqual([0, "enter"]);
  });

  it("are not given to one that has gone", () => {
    const places = admission({ requests: 1, pending: 1 });
    for (const name of ["a", "b"]) places.admit(name);
    places.giveUp("b");
    expect(places.admit("c")).toBe("wait");
    expect(places.leave()).toBe("c");
  });

  it.each([
    [{ requests: 5, connections: 2 }, 2],
    [{ requests: 2, connections: 5 }, 2],
    [{ connections: 3 }, 3],
  ])("are the fewest that any limit allows: %j", (spec, most) => {
    const places = admission({ ...spec, pending: 0 });
    let inside = 0;
    while (places.admit(String(inside)) === "enter") inside++;
    expect(inside).toBe(most);
  });

  it("have no end without a limit, nor has the queue", () => {
    const places = admission({});
    for (let i = 0; i < 5_000; i++) expect(places.admit(String(i))).toBe("enter");
  });
});
