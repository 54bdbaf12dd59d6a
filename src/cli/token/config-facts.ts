import type { Config } from "../../config/config.ts";
import { loadConfig } from "../../config/load.ts";
import { localJwts } from "../../config/local-jwt.ts";
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
  const audiences = [...new Set(all.flatMap(({ audience }) => audience ?? []))];
  const wanted = aud ?? (audiences.length === 1 ? audiences : []);
  const meant = all.filter(({ audience }) => audience === undefined || wanted.includes(audience));
  const notes: string[] = [];
  if (aud === undefined && audiences.length > 1) {
    notes.push(`${file} has several audiences (${audiences.join(", ")}): name one with --aud`);
  }
  for (const { route, rolesClaim } of meant) {
    if (rolesClaim === "roles") continue;
    notes.push(`route ${route} takes roles from the claim ${rolesClaim}: give it with --claim`);
  }
  return { audience: audiences.length === 1 ? audiences : [], roles, algorithms: inCommon(meant), notes };
}

function inCommon(all: readonly { readonly algorithms: readonly string[] }[]): readonly string[] | undefined {
  const [first, ...others] = all.map(({ algorithms }) => algorithms);
  return first?.filter((algorithm) => others.every((list) => list.includes(algorithm)));
}
