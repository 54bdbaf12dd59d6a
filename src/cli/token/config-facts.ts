import type { Config } from "../../config/config.ts";
import { loadConfig } from "../../config/load.ts";
import { algorithmsFor, localJwts, soleAudience } from "../../config/local-jwt.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import type { CommandContext } from "../context.ts";

/** What the config says about a token that is to be made. */
export interface ConfigFacts {
  /** The one audience that its routes want of tokens of the development issuer; empty where there is none, or several. */
  readonly audience: readonly string[];
  /** Of the consumer of that name. */
  readonly roles: readonly string[];
  /** Signature algorithms that every such route takes; `undefined` where none says anything. */
  readonly algorithms: readonly string[] | undefined;
  /** For the user. */
  readonly notes: readonly string[];
}

export interface TokenWish {
  readonly sub: string;
  readonly aud?: readonly string[];
  readonly config?: string;
}

const NOTHING: ConfigFacts = { audience: [], roles: [], algorithms: undefined, notes: [] };

/**
 * Looks at the config of the working directory, if there is one. A config that is code is not run for a token, and one
 * with errors is no reason to make none.
 *
 * @throws GatewayError GW0101 if a config was named that does not exist
 */
export async function readConfigFacts(ctx: CommandContext, wish: TokenWish): Promise<ConfigFacts> {
  try {
    const { config, name } = await loadConfig({ cwd: ctx.cwd, file: wish.config, env: ctx.env, allowCode: false });
    if (config !== undefined) return factsOf(config, name, wish);
    const notes = [`${name} has errors, or is code: nothing was taken from it; --aud and --role say what it cannot`];
    return { ...NOTHING, notes };
  } catch (error) {
    if (wish.config === undefined && error instanceof GatewayError && error.code === "GW0101") return NOTHING;
    throw error;
  }
}

/** What the config says about a token for `wish.sub`. */
export function factsOf(config: Config, file: string, { sub, aud }: TokenWish): ConfigFacts {
  const roles = config.consumers.find(({ name }) => name === sub)?.roles ?? [];
  const all = localJwts(config);
  const audience = soleAudience(all);
  const wanted = aud ?? audience;
  const several = [...new Set(all.flatMap((one) => one.audience ?? []))];
  const notes: string[] = [];
  if (aud === undefined && several.length > 1) {
    notes.push(`${file} has several audiences (${several.join(", ")}): name one with --aud`);
  }
  for (const one of all) {
    const isMeant = one.audience === undefined || wanted.includes(one.audience);
    if (!isMeant || one.rolesClaim === "roles") continue;
    notes.push(`route ${one.route} takes roles from the claim ${one.rolesClaim}: give it with --claim`);
  }
  return { audience, roles, algorithms: algorithmsFor(all, wanted), notes };
}
