import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Template {
  readonly name: string;
  /** What it shows, for the prompt and the help. */
  readonly summary: string;
  /** It stands in front of servers that run already, so that their addresses are asked for. */
  readonly fronts: boolean;
  /** A request that its routes send to a service. */
  readonly tryPath: string;
}

/** In the order in which `init` offers them; the first one is the default. */
export const TEMPLATES: readonly [Template, ...Template[]] = [
  { name: "minimal", summary: "a gateway in front of a service that you run", fronts: true, tryPath: "/" },
  {
    name: "microservices",
    summary: "three sample services, started by the gateway",
    fronts: false,
    tryPath: "/users/1",
  },
  { name: "load-balancer", summary: "one sample service, balanced in three ways", fronts: false, tryPath: "/batch" },
  {
    name: "secure-api",
    summary: "a sample service that only callers with a token or a key reach",
    fronts: false,
    tryPath: "/orders",
  },
  {
    name: "cluster",
    summary: "a load balancer, two gateways behind it, and two sample services",
    fronts: false,
    tryPath: "/users",
  },
];

export interface TemplateFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Beside `src` and beside `dist`: three folders up from here, either way. */
const TEMPLATES_FOLDER = fileURLToPath(new URL("../../../templates/", import.meta.url));
const SCHEMA_FILE = fileURLToPath(new URL("../../config/gateway.schema.json", import.meta.url));

/** The files of a template, as the package holds them, sorted by path. */
export function templateFiles(name: string): TemplateFile[] {
  const folder = join(TEMPLATES_FOLDER, name);
  return filesBelow(folder, "").map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") }));
}

/** The published JSON Schema of the vocabulary; `undefined` in a working copy where it was not generated yet. */
export function schemaText(): string | undefined {
  try {
    return readFileSync(SCHEMA_FILE, "utf8");
  } catch {
    return undefined;
  }
}

function filesBelow(root: string, folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(root, path) : [path];
    })
    .sort();
}
