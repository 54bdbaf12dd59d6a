import type { EndpointSnapshot } from "../../admin/admin-source.ts";
import { EXIT } from "../../shared/errors/entry.ts";
import { type AdminClient, connectAdmin } from "../admin-client.ts";
import type { OptionSpec } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { writeJson } from "../ui/json.ts";
import { createStyle } from "../ui/style.ts";
import { findEndpoint } from "./find-endpoint.ts";
import { stateOf } from "./state.ts";

/** What `drain`, `enable` and `weight` are given. */
export interface ChangeArgs {
  readonly service: string;
  readonly endpoint: string;
  readonly config?: string;
  readonly json?: true;
}

export const CHANGE_ARGUMENTS = [
  { name: "service", summary: "the service's name", required: true },
  { name: "endpoint", summary: "the endpoint's id, or its ending: 4001, localhost:4001", required: true },
] as const;

export const CHANGE_OPTIONS: readonly OptionSpec[] = [
  { flags: "--config <file>", summary: "the gateway's config, if not the one in this folder" },
  { flags: "--json", summary: "print JSON" },
];

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
  return `${style[tone](word)}, weight ${endpoint.weight}${finishing}`;
}

async function warnIfNoneIsLeft(ctx: CommandContext, admin: AdminClient, name: string): Promise<void> {
  const service = (await admin.services()).find((each) => each.service === name);
  if (service === undefined || service.endpoints.some(({ eligible }) => eligible)) return;
  const style = createStyle(ctx.stderr);
  ctx.stderr.write(`${style.warning("warning")} ${name} has no endpoint left that may be used: its requests get 503\n`);
}
