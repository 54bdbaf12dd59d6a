import { dirname } from "node:path";
import type { OwnService } from "../../../../lab/live/plan.ts";
import { GatewayError } from "../../../../shared/errors/gateway-error.ts";
import { nearest } from "../../../../shared/nearest.ts";
import { findAdmin } from "../../../admin-client.ts";
import type { CommandContext } from "../../../context.ts";
import { loadForCommand } from "../../../load-for-command.ts";
import { configuredServices } from "../../../services/configured-services.ts";
import type { LiveArgs } from "./options.ts";

/**
 * The service of the config, and its endpoints: as the running gateway has them, or as they are configured where none
 * runs. Backups are left out, as they get nothing while others can.
 * @returns an exit code where the config has errors
 * @throws GatewayError GW0002 if there is no such service, GW0011 if its endpoints are only known while it runs
 */
export async function findOwnService(
  ctx: CommandContext,
  { service: name = "", path = "/", config: file }: LiveArgs,
): Promise<OwnService | number> {
  const loaded = await loadForCommand(ctx, file);
  if (typeof loaded === "number") return loaded;
  const { config } = loaded;
  const service = config.services[name];
  if (service === undefined) throw unknownService(name, Object.keys(config.services));
  const admin = await findAdmin(ctx, file);
  const surroundings = { baseDirectory: dirname(loaded.file), env: ctx.env };
  const services = (await admin?.services()) ?? (await configuredServices(config, surroundings));
  const endpoints = services.find((each) => each.service === name)?.endpoints ?? [];
  const targets = endpoints
    .filter(({ backup, weight }) => !backup && weight > 0)
    .map(({ id, weight }) => ({ url: id, weight }));
  if (targets.length === 0 && admin === undefined)
    throw new GatewayError("GW0011", `The endpoints of ${name} are not known while no gateway runs for this config.`);
  return { service, targets, path };
}

function unknownService(name: string, known: readonly string[]): GatewayError {
  const near = nearest(name, known);
  const all = known.length === 0 ? "The config has none." : `There are ${known.join(", ")}.`;
  return new GatewayError("GW0002", `There is no service "${name}". ${near ? `Did you mean ${near}?` : all}`);
}
