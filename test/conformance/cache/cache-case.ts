import type { ExpectedField, Outcome } from "../http1/probes/probe.ts";
import type { SeenRequest } from "../http1/probes/scripted-endpoint.ts";

/** How strongly the text asks for it. "good": no text does, but it is what a shared cache is for, or what keeps it safe. */
export type Level = "MUST" | "MUST NOT" | "SHOULD" | "SHOULD NOT" | "MAY" | "good";

/**
 * What the endpoint sends for one request: octets, one character each. `<now>`, `<0>`, `<-3600>` are HTTP-dates: of this
 * moment, and so many seconds from when the case began; `<60 rfc850>` and `<60 asctime>` are the obsolete forms.
 */
export interface Script {
  readonly text: string;
  /** How long the endpoint takes: in ms, or until every client of the step is served, which it may not be waiting for. */
  readonly hold?: number | "served";
  /** What becomes of the connection then. */
  readonly connection?: "end" | "reset";
}

/** The same for every request of the step, or by what the request says. */
export type Answer = string | Script | ((request: SeenRequest) => string | Script);

/** One request, or several at the same time, and what must be seen of them. */
export interface Step {
  /** Octets, with dates as in answers. One connection each. */
  readonly ask: readonly string[];
  /** Seconds that pass before. */
  readonly later?: number;
  readonly answer: Answer;
  /** Nobody listens where the endpoint was. */
  readonly endpointDown?: true;
  /** Each request is sent when the endpoint has the one before. */
  readonly inTurn?: true;
  /** The client that asked first goes away as soon as the endpoint has its request. */
  readonly firstLeaves?: true;
  /** So many requests come to the endpoint, though the client may not have waited for them. */
  readonly background?: number;
  /** Any one of them will do. What is left out may be as it likes. */
  readonly outcomes: readonly Outcome[];
  /** Not what the case is about, but what it builds on: where it does not hold, the case shows nothing. */
  readonly premise?: true;
}

/** What is configured besides "cache". */
export interface CacheSettings {
  /** In seconds. */
  readonly ttl?: number;
  readonly staleWhileRevalidate?: number;
  readonly staleIfError?: number;
  readonly vary?: readonly string[];
  readonly maxEntryBytes?: number;
}

/** One requirement of a cache, and exchanges that show whether it is kept. */
export interface CacheCase {
  readonly name: string;
  /** "9111 4.2.1": RFC and section. */
  readonly section: string;
  readonly level: Level;
  readonly settings?: CacheSettings;
  readonly steps: readonly Step[];
  /** What is neither a MUST nor done by this gateway, and why. */
  readonly exception?: string;
}

export type ExpectedFields = Readonly<Record<string, ExpectedField>>;
