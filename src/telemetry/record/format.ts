import type { Millis } from "../../shared/clock.ts";

/**
 * The traffic record: one JSON object a line. A header begins each session (one run of `up`); the others name their
 * session and process in `by`, and times in whole µs since that session's header. Keys may be added, never renamed; a
 * reader passes over keys and kinds of lines that it does not know.
 *
 * - header: `{"gatewayctl":"traffic record","version":1,"session":"k3f9","startedAt":"2026-01-31T12:00:00.000Z"}`
 * - settings, from each process when it starts: `{"by":"k3f9-1","at":0,"services":{…}}`, as `RecordedService`
 * - an exchange with a service: what `createRecordLine` writes
 * - a gap: `{"by":"k3f9-1","at":5,"dropped":12}`, lines that the disk did not take; with `"torn":true`, the line before
 *   may be a piece of one
 * - the end: `{"by":"k3f9-1","at":5,"stopped":"the record has reached 1 GiB"}`
 */
export const RECORD_VERSION = 1;

/** What a file must begin with to be taken for a record. */
export const HEADER_START = '{"gatewayctl":"traffic record",';

/** A session that has begun: what every process that records in it must know. Plain data. */
export interface RecordSession {
  /** Absolute. */
  readonly path: string;
  /** Tells sessions in one file apart. */
  readonly id: string;
  /** On the wall clock, in ms since 1970. */
  readonly startedAt: Millis;
  /** Hashed with every key, and never written: who has the record cannot try out addresses or credentials. */
  readonly salt: string;
  /** Processes that record in it: each writes up to its part of the size limit. */
  readonly processes: number;
}

/** A service as it was configured. Endpoints that are found at run time are known by their exchanges alone. */
export interface RecordedService {
  readonly algorithm: { readonly name: string; readonly options: unknown };
  readonly endpoints: readonly { readonly id: string; readonly weight: number }[];
}

export type RecordedServices = Readonly<Record<string, RecordedService>>;
