import { readFile } from "node:fs/promises";
import { discoveredListSchema, type EndpointSpec, layerOf } from "../../upstream/schema/endpoints.ts";
import type { Problem } from "../diagnostic.ts";
import { parseJson } from "../json-source.ts";
import { schemaProblems } from "../schema-problems.ts";
import type { ConfigSource } from "../source.ts";
import { parseYaml } from "../yaml-source.ts";
import { aboutFile, type EndpointReading, foundAt, placedReading, unreadable } from "./reading.ts";

export interface EndpointFileOptions {
  /** Absolute path. */
  readonly file: string;
  /** How it is called in messages. */
  readonly name: string;
  /** What the service has to speak. */
  readonly layer: "http" | "tcp" | "udp";
}

/**
 * Reads a JSON or YAML file with a list of endpoints, each written as in the config. `[]` means none; an empty file
 * means nothing, because that is what one looks like that is just being written.
 */
export async function readEndpointFile({ file, name, layer }: EndpointFileOptions): Promise<EndpointReading> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { isMissing, message } = unreadable(error);
    return aboutFile("GW0160", isMissing ? "warning" : "error", name, message);
  }
  if (text.trim() === "") return isEmpty(name);
  const parsed = file.endsWith(".json") ? parseJson(text) : parseYaml(text);
  const source: ConfigSource = { file, name, text, ...parsed };
  if (parsed.problems.length > 0) return placedReading(source, parsed.problems, undefined);
  return readList(source, layer);
}

function readList(source: ConfigSource, layer: EndpointFileOptions["layer"]): EndpointReading {
  const { value, name } = source;
  if (value === undefined || value === null) return isEmpty(name);
  if (!Array.isArray(value)) return aboutFile("GW0160", "error", name, "must be a list of endpoints");
  const result = discoveredListSchema.safeParse(value);
  if (!result.success) {
    return placedReading(source, schemaProblems(discoveredListSchema, result.error.issues, value), undefined);
  }
  return placedReading(source, ofOtherLayers(result.data, layer), result.data);
}

function isEmpty(name: string): EndpointReading {
  return aboutFile("GW0160", "error", name, "is empty; no endpoints are []");
}

/** A list is of one layer, so that its first endpoint says it of all. */
function ofOtherLayers(endpoints: readonly EndpointSpec[], layer: EndpointFileOptions["layer"]): Problem[] {
  const [first] = endpoints;
  if (first === undefined || layerOf(first) === layer) return [];
  const message = `${first.id} does not fit: what leads to the service wants ${layer}:// endpoints`;
  return [foundAt("GW0111", "error", [0], message)];
}
