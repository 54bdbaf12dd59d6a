import { describe, expect, it } from "vitest";
import type { ClientLink } from "../../../src/http/client/client-link.ts";
import { OpenLinks } from "../../../src/http/client/open-links.ts";

const link = (canMove?: boolean): ClientLink => ({
  isIdle: true,
  isSending: false,
  ...(canMove === undefined ? {} : { canMove }),
  drain: () => {},
  sweep: () => {},
  destroy: () => {},
});

describe("the connections of a listener", () => {
  it("move on the oldest first, each once, and only those that can and are old enough", () => {
    const links = new OpenLinks();
    const [old, older, young, fixed] = [link(true), link(true), link(true), link()];
    links.add(fixed, 0);
    links.add(older, 0);
    links.add(old, 500);
    links.add(young, 900);
    expect(links.countMovable(500)).toBe(2);
    links.moveOn(1, 500);
    expect([older, old, young, fixed].map((each) => links.isLeaving(each))).toEqual([true, false, false, false]);
    expect(links.countMovable(500)).toBe(1);
    links.moveOn(9, 500);
    expect([older, old, young, fixed].map((each) => links.isLeaving(each))).toEqual([true, true, false, false]);
    links.delete(older);
    expect(links.isLeaving(older)).toBe(false);
    expect([...links]).toEqual([fixed, old, young]);
  });
});
