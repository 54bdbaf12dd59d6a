/** How strongly the RFC asks for it. "pass": what a gateway that changes nothing without need lets through unharmed. */
export type Word = "MUST" | "MUST NOT" | "SHOULD" | "SHOULD NOT" | "pass";

/** What the client does, in order. A text is octets, one character each, sent in one write. */
export type ClientStep =
  | string
  /** Waits until so many whole final responses have come. */
  | { readonly responses: number }
  /** Waits for these octets. */
  | { readonly reads: string }
  /** Waits until the endpoint has got these octets. */
  | { readonly endpointGot: string }
  /** Ends the sending side. */
  | { readonly end: true };

/** What the endpoint does, in order. A text is octets, one character each, sent in one write. */
export type EndpointStep =
  | string
  /** Waits until the client has got these octets. */
  | { readonly clientGot: string }
  /** Waits for these octets of the client's. */
  | { readonly reads: string }
  | { readonly end: true }
  | { readonly reset: true };

/** What the endpoint does about one request. */
export interface Answer {
  /** As soon as the request's head is there. */
  readonly atHead?: readonly EndpointStep[];
  /** When the whole request is. */
  readonly atEnd?: readonly EndpointStep[];
}

/** A value: one field line with it, or lines that together say it. A list: exactly these lines. `undefined`: none. */
export type ExpectedField = string | RegExp | readonly string[] | undefined;

export interface ExpectedResponse {
  readonly status: number | readonly number[];
  /** It answers a HEAD. */
  readonly toHead?: true;
  /** "HTTP/1.1 200 OK" */
  readonly line?: string | RegExp;
  readonly fields?: Readonly<Record<string, ExpectedField>>;
  readonly body?: string;
  readonly trailers?: Readonly<Record<string, ExpectedField>>;
  /** Statuses of the 1xx in front of it. */
  readonly interim?: readonly number[];
  readonly interimFields?: Readonly<Record<string, ExpectedField>>;
  /** The client can tell that something is missing. */
  readonly cut?: true;
}

export interface ExpectedRequest {
  /** "GET /a HTTP/1.1" */
  readonly line?: string;
  readonly fields?: Readonly<Record<string, ExpectedField>>;
  readonly body?: string;
  readonly trailers?: Readonly<Record<string, ExpectedField>>;
}

/** One outcome that the RFC allows. What is left out may be as it likes. */
export interface Outcome {
  /** All final responses, in order. */
  readonly client?: readonly ExpectedResponse[];
  /** All whole requests that the endpoint reads, in order. */
  readonly endpoint?: readonly ExpectedRequest[];
  /** Octets that the endpoint must not have got. */
  readonly endpointNever?: string;
  /** Octets that the client must not have got. */
  readonly clientNever?: string;
  /** The client's connection, when all is over. "open": it can be used for another request. */
  readonly connection?: "open" | "closed";
  /** How many connections the endpoint has accepted. */
  readonly endpointConnections?: number;
}

/** One requirement, and an exchange that shows whether it is kept. */
export interface Probe {
  readonly name: string;
  /** "9112 6.3": RFC and section. */
  readonly rfc: string;
  readonly word: Word;
  readonly client: readonly ClientStep[];
  /** For each request in turn; the last one also for all further ones. */
  readonly answers?: readonly (string | Answer)[];
  /** Any one of them will do. */
  readonly outcomes: readonly Outcome[];
  /** Nobody listens where the endpoint should be. */
  readonly endpointDown?: true;
  /** It turns on a reset, which Unix sockets do not have: it is not run against peers. */
  readonly needsTcp?: true;
  /** All time limits are a fraction of a second. */
  readonly impatient?: true;
  /** A SHOULD that the gateway does not follow, and why. */
  readonly exception?: string;
  /** A defect that is known, and where it is. The suite fails as soon as it is mended. */
  readonly knownFailure?: string;
}
