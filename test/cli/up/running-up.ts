import { onTestFinished } from "vitest";
import { main } from "../../../src/cli/main.ts";
import { createFakeContext, type FakeContext, type FakeOptions } from "../../helpers/context.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

export interface RunningUp extends FakeContext {
  /** Of the first listener. */
  readonly url: string;
  /** All that the overview says it is up at. */
  readonly urls: readonly string[];
  /** The exit code. */
  readonly done: Promise<number>;
  /** Lines of stdout as JSON, access log and events. */
  lines(): Record<string, unknown>[];
}

/** Runs `up` in this process until it says where it is up; it is stopped, at once if need be, when the test ends. */
export async function startUp(argv: readonly string[], options: FakeOptions = {}): Promise<RunningUp> {
  const { fake, done } = beginUp(argv, options);
  await Promise.race([
    fake.waitFor("Ctrl-C drains and stops", 50_000),
    done.then((code) => {
      throw new Error(`up ended with ${code}: ${fake.stderr()}`);
    }),
  ]);
  const urls = /is up at (.*)/.exec(plain(fake.stderr()))?.[1]?.split(/\s+/) ?? [];
  return {
    ...fake,
    done,
    urls,
    url: urls[0] ?? "",
    lines: () =>
      fake
        .stdout()
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

/** The same, without waiting for it. */
export function beginUp(
  argv: readonly string[],
  options: FakeOptions = {},
): { fake: FakeContext; done: Promise<number> } {
  const env = { PATH: process.env["PATH"], XDG_STATE_HOME: tempDir(), ...options.env };
  const fake = createFakeContext({ ...options, env });
  const done = main(["up", ...argv], fake.ctx);
  onTestFinished(async () => {
    fake.interrupt();
    fake.interrupt();
    await done;
  });
  return { fake, done };
}

/** Without colours. */
export function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- ESC is what colours begin with
  return text.replace(/\u001b\[[\d;?]*[A-Za-z]/g, "");
}
