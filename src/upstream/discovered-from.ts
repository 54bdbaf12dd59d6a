import type { EndpointsSpec } from "./schema/endpoints.ts";

/** Where a service's endpoints are found, in a few words; `undefined` if they stand in the config. */
export function discoveredFrom(spec: EndpointsSpec | undefined): string | undefined {
  switch (spec?.kind) {
    case "dns":
      return `DNS ${spec.dns}, port ${spec.port}`;
    case "srv":
      return `DNS SRV ${spec.srv}`;
    case "compose":
      return `${spec.compose}, service ${spec.service}`;
    case "file":
      return spec.file;
    default:
      return undefined;
  }
}
