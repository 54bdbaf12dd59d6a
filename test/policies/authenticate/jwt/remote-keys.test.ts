import { describe, expect, it } from "vitest";
import type { KeySet } from "../../../../src/policies/authenticate/jwt/key-set.ts";
import { RemoteKeys } from "../../../../src/policies/authenticate/jwt/remote-keys.ts";

const MINUTE = 60_000;

function remoteKeys() {
  const state = { now: 0, fetches: 0, down: false };
  const fetchKeys = async (): Promise<KeySet> => {
    state.fetches++;
    if (state.down) throw new Error("it does not answer");
    return { keys: [], identities: new Set([String(state.fetches)]) };
  };
  const keys = new RemoteKeys(fetchKeys, { now: () => state.now });
  const fetchOf = (set: KeySet | undefined) => set && [...set.identities][0];
  return { keys, state, fetchOf };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("keys of an issuer", () => {
  it("are fresh for ten minutes, and then renewed without anybody waiting", async () => {
    const { keys, state, fetchOf } = remoteKeys();
    expect(keys.current()).toBeUndefined();
    expect(fetchOf(await keys.load())).toBe("1");
    state.now = 10 * MINUTE - 1;
    expect(fetchOf(keys.current())).toBe("1");
    await settle();
    expect(state.fetches).toBe(1);
    state.now = 10 * MINUTE;
    expect(fetchOf(keys.current())).toBe("1");
    await settle();
    expect([fetchOf(keys.current()), state.fetches]).toEqual(["2", 2]);
  });

  it("that nobody has asked for in an hour are waited for, unless the issuer is known to be down", async () => {
    const { keys, state, fetchOf } = remoteKeys();
    await keys.load();
    state.now = 61 * MINUTE;
    expect(keys.current()).toBeUndefined();
    state.down = true;
    expect(fetchOf(await keys.load())).toBe("1");
    expect(fetchOf(keys.current())).toBe("1");
    state.now += 24 * 60 * MINUTE;
    expect(fetchOf(keys.current())).toBe("1");
    await settle();
    state.down = false;
    state.now += 1_000;
    keys.current();
    await settle();
    expect(fetchOf(keys.current())).toBe("4");
  });

  it("are looked for again every 30 s at most, and together with whoever waits already", async () => {
    const { keys, state, fetchOf } = remoteKeys();
    await keys.load();
    const again = keys.lookAgain();
    expect(keys.lookAgain()).toBe(again);
    expect(fetchOf(await again)).toBe("2");
    state.now = 29_999;
    expect(keys.lookAgain()).toBeUndefined();
    state.now = 30_000;
    expect(fetchOf(await keys.lookAgain())).toBe("3");
  });

  it("say why there are none", async () => {
    const { keys, state } = remoteKeys();
    state.down = true;
    expect(await keys.load()).toBeUndefined();
    expect(keys.problem).toBe("it does not answer");
  });
});
