import { describe, expect, it } from "vitest";
import { connectPeer, LinkClosed } from "../../../src/gateway/instances/peer.ts";
import { GatewayError } from "../../../src/shared/errors/gateway-error.ts";
import { until } from "../../helpers/eventually.ts";
import { linkPair } from "./link-pair.ts";

interface Theirs {
  double(count: number): number;
  later(word: string): Promise<string>;
  fail(code: "coded" | "plain"): never;
  never(nothing: undefined): Promise<void>;
  note(word: string): void;
}

function connect() {
  const pair = linkPair();
  const notes: string[] = [];
  const theirs: Theirs = {
    double: (count) => count * 2,
    later: async (word) => `${word}!`,
    fail: (code) => {
      throw code === "coded" ? new GatewayError("GW0010", "Port 1 is in use.") : new TypeError("a bug");
    },
    never: () => new Promise(() => {}),
    note: (word) => void notes.push(word),
  };
  connectPeer(pair.instance, theirs);
  return { pair, notes, peer: connectPeer<Theirs>(pair.front, {}) };
}

describe("a line between two processes", () => {
  it("gives each call its own answer", async () => {
    const { peer } = connect();
    expect(await Promise.all([peer.call("double", 2), peer.call("later", "hi"), peer.call("double", 5)])).toEqual([
      4,
      "hi!",
      10,
    ]);
  });

  it("takes what needs no answer, and says when it has left", async () => {
    const { peer, notes } = connect();
    let sent = false;
    peer.tell("note", "one", () => (sent = true));
    peer.tell("note", "two");
    await until(() => sent && notes.length === 2);
    expect(notes).toEqual(["one", "two"]);
  });

  it("passes on what was thrown, codes included", async () => {
    const { peer } = connect();
    const coded = await peer.call("fail", "coded").catch((error: unknown) => error);
    expect(coded).toBeInstanceOf(GatewayError);
    expect(coded).toMatchObject({ code: "GW0010", message: "Port 1 is in use." });
    await expect(peer.call("fail", "plain")).rejects.toThrow("a bug");
    await expect(peer.call("missing" as "double", 1)).rejects.toThrow("there is no missing");
  });

  it("rejects what waits when the other process ends, and whatever is asked after that", async () => {
    const { peer, pair } = connect();
    const waiting = peer.call("never", undefined);
    pair.close();
    await expect(waiting).rejects.toThrow(LinkClosed);
    await expect(peer.call("double", 1)).rejects.toThrow(LinkClosed);
  });

  it("does not wait longer than asked", async () => {
    const { peer } = connect();
    await expect(peer.call("never", undefined, 20)).rejects.toThrow("never was not answered in 20 ms");
    expect(await peer.call("double", 3)).toBe(6);
  });
});
