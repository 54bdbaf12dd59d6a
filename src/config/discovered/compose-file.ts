import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { nearest } from "../../shared/nearest.ts";
import type { EndpointProtocol } from "../../upstream/schema/endpoint-url.ts";
import { type ConfigPath, isMapping } from "../config-path.ts";
import type { Problem } from "../diagnostic.ts";
import { parseEnvFile } from "../env-file.ts";
import type { ConfigSource } from "../source.ts";
import { parseYaml } from "../yaml-source.ts";
import { composeEndpoints } from "./compose-endpoints.ts";
import { type ComposeService, composeService } from "./compose-service.ts";
import { aboutFile, type EndpointReading, foundAt, placedReading, unreadable } from "./reading.ts";

export interface ComposeFileOptions {
  /** Absolute path. */
  readonly file: string;
  /** How it is called in messages. */
  readonly name: string;
  /** Service of that file. */
  readonly service: string;
  /** Inside the container. */
  readonly port: number;
  readonly protocol: EndpointProtocol;
  /** The process's environment. It wins over `.env` beside the file. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads where a service of a Compose file can be reached from this machine. Docker is not asked: whether a container runs
 * shows in its endpoint's health. Looked at are `ports`, `network_mode: host`, `deploy.replicas`, `scale`, `extends`
 * within the file, and labels that begin with `gatewayctl.`.
 */
export async function readComposeFile(options: ComposeFileOptions): Promise<EndpointReading> {
  const { file, name } = options;
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    return aboutFile("GW0161", "error", name, unreadable(error).message);
  }
  const parsed = parseYaml(text);
  const source: ConfigSource = { file, name, text, ...parsed };
  if (parsed.problems.length > 0) return placedReading(source, parsed.problems, undefined);
  const services = isMapping(parsed.value) ? parsed.value["services"] : undefined;
  if (!isMapping(services)) return aboutFile("GW0161", "error", name, "has no `services`");
  const problems: Problem[] = [];
  const service = Object.hasOwn(services, options.service)
    ? composeService(services, options.service, problems)
    : noService(options.service, Object.keys(services), problems);
  if (service === undefined) return placedReading(source, problems, undefined);
  const env = { ...(await besideOf(file)), ...options.env };
  const endpoints = composeEndpoints(service, { ...options, env }, problems);
  return placedReading(source, problems, endpoints);
}

/** The variables of `.env` in the file's folder, as Compose has them. */
async function besideOf(file: string): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(envFileOf(file), "utf8").catch(() => "");
  return parseEnvFile(text).values;
}

/** The file whose variables a Compose file sees. */
export function envFileOf(file: string): string {
  return join(dirname(file), ".env");
}

function noService(wanted: string, known: readonly string[], problems: Problem[]): ComposeService | undefined {
  const close = nearest(wanted, known);
  const hint = close === undefined ? `there are ${known.join(", ") || "none"}` : `did you mean ${close}?`;
  const path: ConfigPath = ["services"];
  problems.push({ ...foundAt("GW0162", "error", path, `there is no service ${wanted}`, hint), at: "key" });
  return undefined;
}
