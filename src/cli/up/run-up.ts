import { createGateway } from "../../gateway/gateway.ts";
import { EXIT } from "../../shared/errors/entry.ts";
import type { CommandContext } from "../context.ts";
import { loadUp, type UpArgs } from "./load-up.ts";

export async function runUp(ctx: CommandContext, args: UpArgs): Promise<number> {
  const input = await loadUp(ctx, args, (line) => ctx.stderr.write(`${line}\n`));
  if (typeof input === "number") return input;
  const gateway = createGateway(input.config, args.seed === undefined ? {} : { seed: args.seed });
  await gateway.start();
  ctx.stderr.write(`${gateway.bound.map(({ url }) => url).join(" ")}\n`);
  await new Promise<void>((resolve) => ctx.onInterrupt(() => resolve()));
  await gateway.drain(input.config.limits.drainTimeout);
  return EXIT.ok;
}
