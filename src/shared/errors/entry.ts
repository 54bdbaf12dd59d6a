/**
 * - `usage`: the command line was wrong; `config`: the file is wrong;
 * - `client`: the request is wrong or refused; `endpoint`: the service behind could not do it;
 * - `gateway`: the gateway is at a limit or its surroundings are not as needed; `internal`: a bug of gatewayctl.
 */
export type ErrorKind = "usage" | "config" | "client" | "endpoint" | "gateway" | "internal";

export interface ErrorEntry {
  readonly kind: ErrorKind;
  /** A short noun phrase: the `title` of problem+json. */
  readonly title: string;
  /** What a client is answered with, where the error meets one. */
  readonly httpStatus?: number;
  /** What a command exits with, where the error ends one. */
  readonly exitCode?: number;
  /** RFC 9209 section 2.3: the `error` of Proxy-Status, where one is sent. */
  readonly proxyStatus?: string;
  /** What it means and what to do, for `gatewayctl explain CODE`. One to four sentences. */
  readonly hint: string;
  /** No longer given; kept so that the code is never used again. */
  readonly retired?: true;
}

/** What a command exits with. */
export const EXIT = {
  ok: 0,
  failure: 1,
  difference: 2,
  usage: 64,
  config: 65,
  unavailable: 69,
  findings: 79,
} as const;
