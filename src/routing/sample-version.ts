import type { RequestSample } from "./sample.ts";
import { parseVersionSource, versionSegment } from "./version-source.ts";
import type { VersioningSpec } from "./versions.ts";

/** The sample as a request for a version of the API, named where the config looks first; without one, as it is. */
export function inVersion(
  sample: RequestSample,
  version: string | undefined,
  versioning: VersioningSpec | undefined,
): RequestSample {
  const source = versioning === undefined ? undefined : parseVersionSource(versioning.from[0] ?? "");
  if (version === undefined || source === undefined) return sample;
  const { headers, path, query } = sample;
  switch (source.from) {
    case "path":
      return { ...sample, path: `/${versionSegment(version)}${path === "/" ? "" : path}` };
    case "header":
      return { ...sample, headers: { ...headers, [source.name]: version } };
    case "query": {
      const named = `${encodeURIComponent(source.name)}=${encodeURIComponent(version)}`;
      return { ...sample, query: query === "" ? named : `${named}&${query}` };
    }
    case "media-type":
      return { ...sample, headers: { ...headers, accept: `application/json; version=${version}` } };
  }
}

/** The versions by which a route may be asked for: its own, or none and each there is. */
export function versionsToAsk(
  version: string | undefined,
  versioning: VersioningSpec | undefined,
): readonly (string | undefined)[] {
  return version === undefined ? [undefined, ...Object.keys(versioning?.versions ?? {})] : [version];
}
