import type { RequestFacts } from "../exchange/request-facts.ts";
import { mediaTypeVersion } from "./media-type-version.ts";
import type { RouteInput } from "./match-spec.ts";
import { queryValue } from "./query.ts";
import {
  describeVersionSource,
  looksLikeVersion,
  parseVersionSource,
  type VersionSource,
  versionSegment,
} from "./version-source.ts";

/** Which versions of the API there are, and where requests name them: as a config has it. */
export interface VersioningSpec {
  /** In order: the first one that names a version counts, the others are not looked at. */
  readonly from: readonly string[];
  readonly default?: string | undefined;
  readonly versions: Readonly<Record<string, unknown>>;
}

/** The version that a request means. The same object for all requests that mean it in the same way. */
export interface AskedVersion {
  /** `undefined`: it names none, and there is no default. */
  readonly name: string | undefined;
  /** What named it; `undefined` where nothing did. */
  readonly source: VersionSource | undefined;
  /** The first segment of the path names a version: it is no part of the path that routes match. */
  readonly inPath: boolean;
  /** It is not known which version the request behind this CORS preflight will name: the first that has a route. */
  readonly forPreflight: boolean;
  /** Request fields that were looked at, in lower case: had they been others, so might have been the version. */
  readonly varies: readonly string[];
}

/** 400, GW0529: the request names a version that does not exist. */
export interface UnknownVersion {
  readonly kind: "unknown-version";
  /** As the client wrote it. */
  readonly asked: string;
  readonly source: VersionSource;
  /** Those that exist. */
  readonly versions: readonly string[];
  readonly varies: readonly string[];
}

/** Reads which version requests mean. */
export interface VersionReader {
  /** In the order of the config. */
  readonly names: readonly string[];
  read(facts: RequestFacts): AskedVersion | UnknownVersion;
  /** A preflight that names no version, taken for one of the version `name`. */
  forPreflight(asked: AskedVersion, name: string): AskedVersion;
}

/**
 * Compiles `versioning`.
 *
 * By path, a first segment `v<version>` names the version. One that can only be meant as a version and is not known
 * (`v` and digits) is an unknown one, unless some route's own path begins with it. Empty values name nothing.
 *
 * @throws TypeError on a source that the schema would have refused
 */
export function compileVersions(spec: VersioningSpec, routes: readonly RouteInput[]): VersionReader {
  const names = Object.keys(spec.versions);
  const sources = spec.from.map((text) => {
    const source = parseVersionSource(text);
    if (source === undefined) throw new TypeError(`not a source of versions: ${text}`);
    return source;
  });
  return new Reader(names, sources, spec.default, firstSegments(routes));
}

/** What a request names, in words: "version 2, by header accept-version". */
export function describeAsked({ name, source, forPreflight }: AskedVersion): string {
  if (name === undefined) return "no version";
  if (forPreflight) return `no version, so ${name}, the first that has a route for this preflight`;
  return source === undefined
    ? `no version, so ${name}, the default`
    : `version ${name}, by ${describeVersionSource(source)}`;
}

/** The path without the segment that names the version. */
export function withoutVersion(path: string): string {
  const slash = path.indexOf("/", 1);
  return slash < 0 ? "/" : path.slice(slash);
}

class Reader implements VersionReader {
  readonly names: readonly string[];
  private readonly sources: readonly VersionSource[];
  private readonly known: ReadonlySet<string>;
  /** By the first segment of a path; empty where paths do not name versions. */
  private readonly bySegment: ReadonlyMap<string, string>;
  private readonly plain: ReadonlySet<string>;
  private readonly fallback: string | undefined;
  /** For each source and, last, for none of them: what may have been looked at by then. */
  private readonly varies: readonly (readonly string[])[];
  /** By name: for each source, for none, and for preflights, without and with a segment of the path. */
  private readonly asked = new Map<string | undefined, readonly AskedVersion[]>();

  constructor(
    names: readonly string[],
    sources: readonly VersionSource[],
    fallback: string | undefined,
    plain: ReadonlySet<string>,
  ) {
    this.names = names;
    this.sources = sources;
    this.known = new Set(names);
    this.fallback = fallback;
    this.plain = plain;
    const byPath = sources.some(({ from }) => from === "path");
    this.bySegment = new Map(byPath ? names.map((name) => [versionSegment(name), name]) : []);
    this.varies = [...sources, undefined].map((_, index) => fieldsOf(sources.slice(0, index + 1)));
    for (const name of [...names, fallback, undefined]) this.asked.set(name, this.waysToAsk(name));
  }

  private waysToAsk(name: string | undefined): AskedVersion[] {
    const none = this.varies.length - 1;
    return [...this.varies.keys(), none].flatMap((index, way) => {
      const [source, varies] = [this.sources[index], this.varies[index] as readonly string[]];
      const forPreflight = way > none;
      return [
        { name, source, inPath: false, forPreflight, varies },
        { name, source, inPath: true, forPreflight, varies },
      ];
    });
  }

  forPreflight({ inPath }: AskedVersion, name: string): AskedVersion {
    return this.way(name, this.sources.length + 1, inPath);
  }

  read(facts: RequestFacts): AskedVersion | UnknownVersion {
    const { sources } = this;
    const inPath = this.bySegment.size > 0 ? this.bySegment.get(firstSegment(facts.path)) : undefined;
    const isInPath = inPath !== undefined;
    for (let i = 0; i < sources.length; i++) {
      const source = sources[i] as VersionSource;
      const name = source.from === "path" ? (inPath ?? this.unknownInPath(facts.path)) : this.valueOf(source, facts);
      if (name === undefined || name === "") continue;
      return this.known.has(name) ? this.way(name, i, isInPath) : this.unknown(name, source, i);
    }
    return this.way(this.fallback, sources.length, isInPath);
  }

  /** @param source its index; behind those, nothing, and nothing of a preflight */
  private way(name: string | undefined, source: number, inPath: boolean): AskedVersion {
    return (this.asked.get(name) as readonly AskedVersion[])[source * 2 + (inPath ? 1 : 0)] as AskedVersion;
  }

  private unknown(asked: string, source: VersionSource, index: number): UnknownVersion {
    const varies = this.varies[index] as readonly string[];
    return { kind: "unknown-version", asked, source, versions: this.names, varies };
  }

  private unknownInPath(path: string): string | undefined {
    const segment = firstSegment(path);
    if (segment === "" || !looksLikeVersion(segment) || this.plain.has(segment)) return undefined;
    return this.names.some(looksLikeVersion) ? segment : segment.slice(1);
  }

  private valueOf(source: VersionSource, facts: RequestFacts): string | undefined {
    switch (source.from) {
      case "header":
        return facts.headers.get(source.name);
      case "query":
        return queryValue(facts.query, source.name);
      case "media-type": {
        const said = mediaTypeVersion(facts.headers, this.known);
        return said === undefined ? undefined : "known" in said ? said.known : said.unknown;
      }
      case "path":
        return undefined;
    }
  }
}

const LETTER_V = 0x76;

/** Of a path whose first segment begins with "v", that segment; else "", without looking further. */
function firstSegment(path: string): string {
  if (path.charCodeAt(1) !== LETTER_V) return "";
  const slash = path.indexOf("/", 2);
  return slash < 0 ? path.slice(1) : path.slice(1, slash);
}

/** The literal first segments of all routes' own paths. */
function firstSegments(routes: readonly RouteInput[]): Set<string> {
  const segments = routes.flatMap(({ match }) =>
    match.flatMap(({ path }) => {
      const first = path === undefined || path.kind === "regex" ? undefined : path.segments[0];
      return first !== undefined && "literal" in first ? [first.literal] : [];
    }),
  );
  return new Set(segments);
}

/** Content-Type is not among them: only responses to requests without a body are kept. */
function fieldsOf(sources: readonly VersionSource[]): string[] {
  const fields = sources.flatMap((source) =>
    source.from === "header" ? [source.name] : source.from === "media-type" ? ["accept"] : [],
  );
  return [...new Set(fields)];
}
