import type { CommandContext } from "../context.ts";
import { UsageError } from "../usage-error.ts";

const MOST_BYTES = 1_024;

/** A password: asked for on a terminal, where it is not shown; elsewhere all of standard input, less one line end. */
export async function readPassword({ stdin }: Pick<CommandContext, "stdin">): Promise<string> {
  return stdin.isTTY ? ask() : readAll(process.stdin);
}

async function ask(): Promise<string> {
  const { createPromptModule } = (await import("inquirer")).default;
  const prompt = createPromptModule({ output: process.stderr });
  try {
    const { password } = await prompt<{ password: string }>({
      type: "password",
      name: "password",
      message: "Password:",
    });
    return password;
  } catch (error) {
    if (error instanceof Error && error.name === "ExitPromptError") return "";
    throw error;
  }
}

/**
 * The text of a stream, less one line end.
 * @throws UsageError for more than 1 KiB, and for what is not UTF-8
 */
export async function readAll(input: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const buffer = Buffer.from(chunk as string);
    bytes += buffer.length;
    if (bytes > MOST_BYTES) throw new UsageError(`A password has at most ${MOST_BYTES} bytes.`);
    chunks.push(buffer);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)).replace(/\r?\n$/, "");
  } catch {
    throw new UsageError("The password is not UTF-8.");
  }
}
