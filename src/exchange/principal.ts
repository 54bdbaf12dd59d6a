/** Who is calling, as one way of authenticating has proved it. */
export interface Principal {
  /** The consumer's name, or the token's `sub`. */
  readonly id: string;
  /** Where the caller is one of `consumers:`. */
  readonly consumer: string | undefined;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** Of the verified token; empty for callers without one. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** "jwt", "apiKey" …: how it was proved. */
  readonly method: string;
}
