import type { Config } from "../config.ts";
import type { Problem } from "../diagnostic.ts";
import { isInFile, readDiscovered, type ReadSurroundings } from "../discovered/read-discovered.ts";
import { findingText } from "../discovered/reading.ts";

/**
 * What is wrong with the files that endpoints are found in (GW0160, GW0161, GW0162, GW0164), each at the key that names
 * the file. DNS is not asked.
 */
export async function checkDiscovered(config: Config, surroundings: ReadSurroundings): Promise<Problem[]> {
  const found = await Promise.all(
    Object.values(config.services).map(async ({ name, endpoints }): Promise<Problem[]> => {
      if (!isInFile(endpoints)) return [];
      const own = endpoints.kind === "file" ? "GW0160" : "GW0161";
      const { findings } = await readDiscovered(config, name, endpoints, surroundings);
      return findings.map((finding) => ({
        code: /^GW016\d$/.test(finding.code) ? finding.code : own,
        severity: finding.severity,
        path: ["services", name, "endpoints", endpoints.kind],
        at: "value",
        message: findingText(finding),
        hint: finding.hint,
      }));
    }),
  );
  return found.flat();
}
