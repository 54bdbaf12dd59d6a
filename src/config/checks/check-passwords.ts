import { parsePasswordHash } from "../../shared/credentials.ts";
import { isMapping, valueAt } from "../config-path.ts";
import type { Problem } from "../diagnostic.ts";

/** Hashes of passwords that no password is ever of (GW0133). The hash is not repeated. */
export function checkPasswords(input: unknown): Problem[] {
  const consumers = isMapping(input) ? input["consumers"] : undefined;
  if (!Array.isArray(consumers)) return [];
  return consumers.flatMap((_, i): Problem[] => {
    const path = ["consumers", i, "basic", "password"];
    const hash = valueAt(input, path);
    // What does not even begin like one is an error of the schema's.
    if (typeof hash !== "string" || !/^scrypt:./.test(hash) || parsePasswordHash(hash) !== undefined) return [];
    const message = "this hash cannot be read, or would take too much to check, so that no password is right";
    const hint = "make one with gatewayctl key --password";
    return [{ code: "GW0133", severity: "warning", path, at: "value", message, hint }];
  });
}
