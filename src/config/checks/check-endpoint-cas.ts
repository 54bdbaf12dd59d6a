import { readCaFile } from "../../http/endpoint/ca-file.ts";
import type { Config } from "../config.ts";
import { type Problem, problem } from "../diagnostic.ts";

/**
 * What is wrong with the files of services' `tls: { ca }` (GW0122).
 *
 * @param base the folder that their paths are relative to
 */
export function checkEndpointCas(config: Config, base: string): Problem[] {
  return Object.values(config.services).flatMap(({ name, tls }) => {
    if (tls?.ca === undefined) return [];
    const { fault } = readCaFile(tls.ca, base);
    return fault === undefined ? [] : [problem("GW0122", ["services", name, "tls", "ca"], fault)];
  });
}
