import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import type { TemplateFile } from "./templates.ts";
import { SEARCH_PLACES } from "../../config/search-places.ts";

/** A project has a README of its own, which is worth more than the template's: it is neither overwritten nor in the way. */
const YIELDS = "README.md";

/** Where a config would be found, but for package.json. Beside the one that is written, a second one would be a riddle. */
const CONFIGS = SEARCH_PLACES.filter((place) => place !== "package.json");

export interface Scaffolded {
  readonly written: readonly string[];
  /** Left as they were. */
  readonly kept: readonly string[];
}

/**
 * Writes files into a folder, which is made where it is missing. Looks first and writes then, so that a refusal leaves
 * everything as it was.
 *
 * @throws GatewayError GW0012 naming the files that exist, unless `force`; GW0016 if the system refuses to write.
 */
export function scaffold(folder: string, files: readonly TemplateFile[], force: boolean): Scaffolded {
  const kept = files.map((file) => file.path).filter((path) => path === YIELDS && taken(join(folder, path)));
  const wanted = files.filter((file) => !kept.includes(file.path));
  if (!force) refuseOverwriting(folder, wanted);
  for (const file of wanted) write(folder, file, force);
  return { written: wanted.map((file) => file.path), kept };
}

function refuseOverwriting(folder: string, files: readonly TemplateFile[]): void {
  const inTheWay = files.map((file) => file.path).filter((path) => taken(join(folder, path)));
  refuse(folder, [...new Set([...inTheWay, ...configsIn(folder)])]);
}

/**
 * For asking before the user has answered any question.
 *
 * @throws GatewayError GW0012 if the folder has a config already, under whatever name.
 */
export function refuseSecondConfig(folder: string): void {
  refuse(folder, configsIn(folder));
}

function refuse(folder: string, existing: readonly string[]): void {
  if (existing.length === 0) return;
  const verb = existing.length === 1 ? "exists" : "exist";
  throw new GatewayError("GW0012", `${existing.join(", ")} ${verb} already in ${folder}; nothing was written.`);
}

function configsIn(folder: string): string[] {
  const found = CONFIGS.filter((name) => taken(join(folder, name)));
  return hasConfigInPackage(folder) ? [...found, 'package.json (its key "gatewayctl")'] : found;
}

/** A link that leads nowhere is taken too: writing would follow it. */
function taken(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A folder that cannot be looked into cannot be written to either: then that is what is reported.
    return false;
  }
}

function hasConfigInPackage(folder: string): boolean {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return false;
  try {
    return "gatewayctl" in (JSON.parse(readFileSync(path, "utf8")) as object);
  } catch {
    return false;
  }
}

function write(folder: string, { path, text }: TemplateFile, force: boolean): void {
  try {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // Without `force` also what has come into being since the look is left alone.
    writeFileSync(join(folder, path), text, { flag: force ? "w" : "wx" });
  } catch (error) {
    throw new GatewayError("GW0016", `${path} could not be written: ${(error as Error).message}.`, { cause: error });
  }
}
