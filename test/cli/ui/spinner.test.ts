import { describe, expect, it } from "vitest";
import { startSpinner } from "../../../src/cli/ui/spinner.ts";
import { createFakeContext } from "../../helpers/context.ts";
import { eventually } from "../../helpers/eventually.ts";

describe("a spinner", () => {
  it("writes nothing without a terminal", async () => {
    const fake = createFakeContext();
    const spinner = await startSpinner(fake.ctx.stderr, "waiting");
    spinner.say("still waiting");
    spinner.stop();
    expect(fake.stderr() + fake.stdout()).toBe("");
  });

  it("turns beside its text on a terminal, takes another text, and leaves nothing behind", async () => {
    const fake = createFakeContext({ tty: true });
    const spinner = await startSpinner(fake.ctx.stderr, "waiting");
    await fake.waitFor("waiting");
    spinner.say("nearly there");
    await fake.waitFor("nearly there");
    spinner.stop();
    expect(fake.stdout()).toBe("");
    const written = fake.stderr();
    // The last it does is to clear its line (ECMA-48 EL) and to show the cursor again.
    expect(written.lastIndexOf("\u001b[2K")).toBeGreaterThan(written.lastIndexOf("nearly there"));
    expect(written).toContain("\u001b[?25h");
    const length = written.length;
    await eventually(() => expect(fake.stderr().length).toBe(length));
  });
});
