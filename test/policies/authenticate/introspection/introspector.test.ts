import { describe, expect, it } from "vitest";
import type { TokenState } from "../../../../src/policies/authenticate/introspection/ask-introspection.ts";
import { Inquiry } from "../../../../src/policies/authenticate/introspection/inquiry.ts";
import { Introspector, type Outcome } from "../../../../src/policies/authenticate/introspection/introspector.ts";

const NOW = 1_700_000_000_000;

/** Questions as they come; each is answered by hand. */
function introspector(cacheMs = 30_000) {
  const time = { now: 0 };
  const asked: { token: string; signal: AbortSignal; answer: (state: object) => void; fail: () => void }[] = [];
  const made = new Introspector(
    (token, controller) =>
      new Promise<TokenState>((resolve, reject) => {
        const answer = (claims: object): void =>
          resolve({ active: Reflect.get(claims, "active") === true, claims: { ...claims }, bytes: 100 });
        asked.push({ token, signal: controller.signal, answer, fail: () => reject(new Error("it is down")) });
      }),
    { clock: { now: () => time.now }, wallClock: { now: () => NOW + time.now }, cacheMs },
  );
  /** What a token comes to, where it has to be asked about. */
  const ask = async (token: string, claims: object): Promise<Outcome> => {
    const inquiry = inquiryOf(made.check(token));
    asked.at(-1)?.answer(claims);
    return inquiry.answer;
  };
  return { made, time, asked, ask };
}

function inquiryOf(found: Outcome | Inquiry<Outcome>): Inquiry<Outcome> {
  if (!(found instanceof Inquiry)) throw new Error("nobody was asked");
  return found;
}

describe("an introspector", () => {
  it("answers at once for a token that is known, with the same proof", async () => {
    const { made, ask, asked } = introspector();
    const first = await ask("t", { active: true, sub: "alice" });
    expect(made.check("t")).toBe(first);
    expect(made.known("t")).toBe(first);
    expect(asked).toHaveLength(1);
  });

  it("asks nobody to explain", () => {
    const { made, asked } = introspector();
    expect(made.known("t")).toBeUndefined();
    expect(asked).toHaveLength(0);
  });

  it.each([
    ["sub", { sub: "alice", username: "al", client_id: "app" }, "alice"],
    ["username without sub", { username: "al", client_id: "app" }, "al"],
    ["client_id without either", { client_id: "app" }, "app"],
    ["client_id where the others are no texts", { sub: 7, username: "", client_id: "app" }, "app"],
    ["nothing", {}, ""],
  ])("takes for the caller: %s", async (_, claims, id) => {
    const { ask } = introspector();
    expect(await ask("t", { active: true, ...claims })).toMatchObject({ principal: { id, method: "oauth2" } });
  });

  it("takes scopes of a text or a list, roles of a list or one text", async () => {
    const { ask } = introspector();
    const text = await ask("a", { active: true, scope: "read  write", roles: "admin" });
    expect(text).toMatchObject({ principal: { scopes: ["read", "write"], roles: ["admin"] } });
    const list = await ask("b", { active: true, scope: ["read", 7], roles: ["a", {}, ""] });
    expect(list).toMatchObject({ principal: { scopes: ["read"], roles: ["a"] } });
  });

  it("lets the server's clock be a minute ahead for nbf, and not at all for exp", async () => {
    const { ask } = introspector();
    const at = (seconds: number) => NOW / 1000 + seconds;
    expect((await ask("a", { active: true, nbf: at(60) })).kind).toBe("proof");
    expect(await ask("b", { active: true, nbf: at(61) })).toMatchObject({ reason: "the token is not valid yet" });
    expect((await ask("c", { active: true, exp: at(1) })).kind).toBe("proof");
    expect(await ask("d", { active: true, exp: at(0) })).toMatchObject({ reason: "the token has expired" });
  });

  it("asks again about a token that was early as soon as it might be valid", async () => {
    const { made, ask, time } = introspector();
    await ask("t", { active: true, nbf: NOW / 1000 + 62 });
    time.now = 1_999;
    expect(made.check("t")).toMatchObject({ kind: "refusal" });
    time.now = 2_000;
    expect(made.check("t")).toBeInstanceOf(Inquiry);
  });

  it("keeps nothing where `cache` is 0s", async () => {
    const { made, ask } = introspector(0);
    await ask("t", { active: true });
    expect(made.check("t")).toBeInstanceOf(Inquiry);
  });

  it("keeps a refusal no longer than `cache`, where that is less than 5 s", async () => {
    const { made, ask, time } = introspector(1_000);
    await ask("t", { active: false });
    time.now = 999;
    expect(made.check("t")).toMatchObject({ code: "GW0503" });
    time.now = 1_000;
    expect(made.check("t")).toBeInstanceOf(Inquiry);
  });

  it("tells all who wait of a failure, and asks again for the next", async () => {
    const { made, asked } = introspector();
    const [one, two] = [inquiryOf(made.check("t")), inquiryOf(made.check("t"))];
    expect(two).toBe(one);
    asked[0]?.fail();
    expect(await one.answer).toMatchObject({ code: "GW0508" });
    expect(inquiryOf(made.check("t"))).not.toBe(one);
    expect(asked).toHaveLength(2);
  });

  it("asks about a thousand tokens at once at most, and goes on when one is answered", async () => {
    const { made, asked } = introspector();
    const inquiries = Array.from({ length: 1_000 }, (_, i) => inquiryOf(made.check(`t${i}`)));
    expect(made.check("more")).toMatchObject({ code: "GW0508", retryAfterSeconds: 1 });
    expect(made.check("t0")).toBe(inquiries[0]);
    asked[0]?.answer({ active: true });
    await inquiries[0]?.answer;
    expect(made.check("more")).toBeInstanceOf(Inquiry);
    expect(asked).toHaveLength(1_001);
  });

  it("gives a question up when the last who waits has gone, and begins a new one for whoever comes then", () => {
    const { made, asked } = introspector();
    const inquiry = inquiryOf(made.check("t"));
    inquiry.join();
    inquiry.join();
    made.leave("t", inquiry);
    expect(asked[0]?.signal.aborted).toBe(false);
    expect(made.check("t")).toBe(inquiry);
    made.leave("t", inquiry);
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(made.check("t")).not.toBe(inquiry);
    expect(asked[1]?.signal.aborted).toBe(false);
  });
});
