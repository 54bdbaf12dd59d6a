import type { Config } from "../config/config.ts";
import { FieldEditList } from "../http/head/field-edit-list.ts";
import type { AskedVersion } from "../routing/versions.ts";

type Versioning = NonNullable<Config["versioning"]>;
type Version = Versioning["versions"][string];

/** What responses say of the version that was asked for. */
export interface VersionFields {
  /** Changes to every response of this version, the gateway's own included. Not to be written to. */
  of(asked: AskedVersion): FieldEditList;
}

/**
 * Deprecation, Sunset and Link as `versioning` says, in place of what the endpoint says of them; and Vary, beside what it
 * says, with the fields that were looked at for the version: a cache must not give version 1 to who asks for version 2.
 * Source: RFC 9745 sections 2 and 3; RFC 8594 sections 3 and 6; RFC 9110 section 12.5.5.
 */
export function createVersionFields(versioning: Versioning): VersionFields {
  const known = new Map<AskedVersion, FieldEditList>();
  return {
    of(asked) {
      let fields = known.get(asked);
      if (fields === undefined) known.set(asked, (fields = fieldsOf(asked, versioning)));
      return fields;
    },
  };
}

function fieldsOf({ name, varies }: AskedVersion, { versions }: Versioning): FieldEditList {
  const fields = new FieldEditList();
  const version = name === undefined ? undefined : versions[name];
  if (version?.deprecated !== undefined) fields.set("deprecation", deprecationField(version.deprecated));
  if (version?.sunset !== undefined) fields.set("sunset", sunsetField(version.sunset));
  const link = version && linkField(version);
  if (link !== undefined) fields.append("link", link);
  if (varies.length > 0) fields.append("vary", varies.join(", "));
  return fields;
}

/** A date of the config ("2026-06-01", its first moment in UTC) as a structured field: "@1780272000". */
function deprecationField(date: string): string {
  return `@${Date.parse(date) / 1_000}`;
}

/** The same as an HTTP-date. */
function sunsetField(date: string): string {
  return new Date(date).toUTCString();
}

/** `link` tells of the deprecation, and of the end where there is a date for it; `undefined` if there is none. */
function linkField({ link, sunset }: Version): string | undefined {
  if (link === undefined) return undefined;
  const target = `<${new URL(link).href}>`;
  return `${target}; rel="deprecation"${sunset === undefined ? "" : `, ${target}; rel="sunset"`}`;
}
