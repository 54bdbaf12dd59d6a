import type { EndpointSnapshot } from "../../admin/admin-source.ts";
import { EXIT } from "../../shared/errors/entry.ts";
import { type AdminClient, connectAdmin } from "../admin-client.ts";
import type { CommandContext } from "../context.ts";
import { writeJson } from "../ui/json.ts";
import { createStyle } from "../ui/style.ts";
import type { ChangeArgs } from "./change-arguments.ts";
import { findEndpoint } from "./find-endpoint.ts";
import { stateOf } from "./state.ts";

/** Changes an endpoint of the running gateway, and writes the state it has then. */
export async function changeEndpoint(
  ctx: CommandContext,
  args: ChangeArgs,
  change: (admin: AdminClient, service: string, endpoint: string) => Promise<EndpointSnapshot>,
): Promise<number> {
  const admin = await connectAdmin(ctx, args.config);
  const { id } = findEndpoint(await admin.services(), args.service, args.endpoint);
  const endpoint = await change(admin, args.service, id);
  if (args.json) writeJson(ctx.stdout, { service: args.service, endpoint });
  else {
    const style = createStyle(ctx.stdout);
    ctx.stdout.write(`${style.strong(args.service)} · ${id}  ${sentence(endpoint, style)}\n`);
  }
  await warnIfNoneIsLeft(ctx, admin, args.service);
  return EXIT.ok;
}

function sentence(endpoint: EndpointSnapshot, style: ReturnType<typeof createStyle>): string {
  const { word, tone } = stateOf(endpoint);
  const finishing = endpoint.draining && endpoint.inFlight > 0 ? `, ${endpoint.inFlight} still in flight` : "";
  // A weight of 0 is the state itself, unless it is drained as well.
  const weight = word.startsWith("weight") ? "" : `, weight ${endpoint.weight}`;
  return `${style[tone](word)}${weight}${finishing}`;
}

async function warnIfNoneIsLeft(ctx: CommandContext, admin: AdminClient, name: string): Promise<void> {
  const service = (await admin.services()).find((each) => each.service === name);
  if (service === undefined || service.endpoints.some(({ eligible }) => eligible)) return;
  const style = createStyle(ctx.stderr);
  ctx.stderr.write(`${style.warning("warning")} ${name} has no endpoint left that may be used: its requests get 503\n`);
}
