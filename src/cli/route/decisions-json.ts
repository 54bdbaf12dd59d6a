import type { Decision } from "../../gateway/decide.ts";
import type { CommandContext } from "../context.ts";
import { writeJson } from "../ui/json.ts";
import { distribution, servicesOf } from "./distribution.ts";

/** One decision, or with `--count` all of them and how they are spread. */
export function writeDecisionsJson(ctx: CommandContext, decisions: readonly Decision[], counted: boolean): number {
  if (counted) writeJson(ctx.stdout, { decisions, distribution: distribution(decisions), ...servicesPart(decisions) });
  else for (const decision of decisions) writeJson(ctx.stdout, decision);
  return 0;
}

/** Where a split picks the service: how the services are spread. */
function servicesPart(decisions: readonly Decision[]): { services?: Record<string, number> } {
  return decisions.some(({ split }) => split !== undefined) ? { services: servicesOf(decisions) } : {};
}
