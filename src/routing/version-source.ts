/** A place where requests name the version of the API that they mean. */
export type VersionSource =
  | { readonly from: "path" }
  | { readonly from: "media-type" }
  /** The name of a header is in lower case. */
  | { readonly from: "header" | "query"; readonly name: string };

const SOURCE = /^(?:(path|media-type)|(header|query):(.+))$/;

/** "header:Accept-Version" → `{ from: "header", name: "accept-version" }`; `undefined` if it is not a source. */
export function parseVersionSource(text: string): VersionSource | undefined {
  const match = SOURCE.exec(text);
  if (match === null) return undefined;
  const [, plain, from, name = ""] = match;
  if (plain !== undefined) return { from: plain as "path" | "media-type" };
  return from === "header" ? { from, name: name.toLowerCase() } : { from: "query", name };
}

/** As people read it, behind "by": "path", "header accept-version". */
export function describeVersionSource(source: VersionSource): string {
  switch (source.from) {
    case "path":
      return "path";
    case "media-type":
      return "media type";
    case "header":
      return `header ${source.name}`;
    case "query":
      return `query parameter ${source.name}`;
  }
}

/**
 * The first segment by which a path names a version: "v2" for the version "2". A version whose own name is "v2" has no
 * second v.
 */
export function versionSegment(version: string): string {
  return /^v[0-9]/.test(version) ? version : `v${version}`;
}

/** Whether a first segment can only be meant as a version, known or not: v, then digits. */
export function looksLikeVersion(segment: string): boolean {
  return /^v[0-9][0-9._-]*$/.test(segment);
}
