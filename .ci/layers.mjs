// The layer order of src/, the only copy of it: the lint rules, the house tests and the map in src/README.md are made
// from this table, or held against it.

/** From the top down. A folder may import from the rows below its own; folders of one row never import each other. */
export const LAYERS = [
  ["cli"],
  ["admin"],
  ["lab", "export"],
  ["gateway"],
  ["config", "processes"],
  ["http", "stream", "policies", "telemetry", "upstream", "identity"],
  ["balancing", "routing"],
  ["exchange"],
  ["shared"],
];

/** Folders outside the order: a web page that reaches the rest over HTTP only. Nobody imports it, nor it anybody. */
export const ISLANDS = ["dashboard"];

/** Layers in which time and chance are arguments: no clock, random source, timer, process or `node:` module. */
export const PURE = ["balancing", "routing"];

/** The packages that pure layers may use; all of these are pure themselves. */
export const PURE_PACKAGES = ["zod", "ipaddr.js"];

/**
 * Folders of which only some files may be imported: `config` composes the schemas that other layers own, and must
 * not reach their code, but for what looks into the files that a policy names (`check.ts`, loaded when there are any).
 * (`processes` stands in its own row; this is the one opening in it.)
 */
export const ONLY_PARTS_OF = {
  config: { policies: ["*/schema.ts", "*/check.ts", "index.ts"], processes: ["schema.ts"] },
};

/** What the public API in src/index.ts must stay out of. */
export const NOT_IN_API = ["cli", "admin", "export"];

/** What discrete-event simulation may import, beside its own folder. It must never reach a socket. */
export const SIMULATE_MAY_IMPORT = ["balancing", "upstream", "exchange", "shared"];

/** The one file that may import the package `http-proxy`. */
export const HTTP_PROXY_FILE = "src/http/upgrade/websocket-proxy.ts";

/** The one file that reads the machine's clocks; everybody else is handed a `Clock`. */
export const CLOCK_FILE = "src/shared/clock.ts";

/** Every folder of src/. */
export const FOLDERS = [...LAYERS.flat(), ...ISLANDS];

/** The folders that `folder` must not import from: all but itself and those of lower rows. */
export function forbiddenTo(folder) {
  const row = LAYERS.findIndex((names) => names.includes(folder));
  const allowed = row === -1 ? [] : LAYERS.slice(row + 1).flat();
  return FOLDERS.filter((other) => other !== folder && !allowed.includes(other));
}
