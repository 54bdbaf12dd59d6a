import { checkValidate } from "../../policies/validate/check.ts";
import type { ValidateOptions } from "../../policies/validate/schema.ts";
import type { Config } from "../config.ts";
import type { Problem } from "../diagnostic.ts";

/**
 * What is wrong with the schemas and the OpenAPI documents of `validate` (GW0140 to GW0144), each where the config names
 * it; what stands in the config itself, at its own line.
 *
 * @param base the folder that file names are relative to
 */
export function checkContracts({ routes }: Config, base: string): Problem[] {
  const seen = new Set<unknown>();
  return routes.flatMap(({ index, policies }) =>
    policies.flatMap(({ slot, options, from }): Problem[] => {
      // A global one is the same object in every route that has none of its own.
      if (slot !== "validate" || seen.has(options)) return [];
      seen.add(options);
      const at = from === "route" ? ["routes", index, "policies", "validate"] : ["policies", "validate"];
      return checkValidate(options as ValidateOptions, base).map(({ code, severity, message, path, hint }) => {
        return { code, severity, message, path: [...at, ...path], at: "value", hint };
      });
    }),
  );
}
