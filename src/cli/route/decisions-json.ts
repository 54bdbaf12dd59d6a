import type { Decision } from "../../gateway/decide.ts";
import type { CommandContext } from "../context.ts";
import { writeJson } from "../ui/json.ts";
import { distribution } from "./distribution.ts";

/** One decision, or with `--count` all of them and how they are spread. */
export function writeDecisionsJson(ctx: CommandContext, decisions: readonly Decision[], counted: boolean): number {
  if (counted) writeJson(ctx.stdout, { decisions, distribution: distribution(decisions) });
  else for (const decision of decisions) writeJson(ctx.stdout, decision);
  return 0;
}
