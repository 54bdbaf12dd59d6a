import { EXIT } from "../shared/errors/entry.ts";
import { main } from "./main.ts";
import { createProcessContext, exitProcess } from "./process-context.ts";

/** Runs this process's command line and ends the process with its exit code. */
export async function runProcess(): Promise<never> {
  const ctx = createProcessContext();
  const onBug = async (error: unknown): Promise<never> => {
    const { writeError } = await import("./ui/errors.ts");
    writeError(ctx.stderr, error, ctx.env["GATEWAYCTL_DEBUG"] === "1");
    return exitProcess(EXIT.failure);
  };
  process.on("uncaughtException", onBug);
  process.on("unhandledRejection", onBug);
  return exitProcess(await main(process.argv.slice(2), ctx));
}
