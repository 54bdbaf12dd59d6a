import type { Config } from "../../config/config.ts";

/** A version of the API: of the JSON of `routes --json`. */
export interface VersionRow {
  readonly version: string;
  /** Of requests that name none. */
  readonly default: boolean;
  readonly deprecated: string | null;
  readonly sunset: string | null;
  readonly link: string | null;
  /** The routes that serve it, in the order of the file. */
  readonly routes: readonly string[];
}

/** The config's versions, in its order; none where it has no `versioning`. */
export function versionRows({ versioning, routes }: Config): VersionRow[] {
  return Object.entries(versioning?.versions ?? {}).map(([name, { deprecated, sunset, link }]) => ({
    version: name,
    default: versioning?.default === name,
    deprecated: deprecated ?? null,
    sunset: sunset ?? null,
    link: link ?? null,
    routes: routes.filter(({ version }) => version === undefined || version === name).map((route) => route.name),
  }));
}
