/** Read access to a message's header fields, whatever wire they came over. Names are given in lower case. */
export interface HeaderReader {
  /** The field's value; several fields of the name are joined by ", " (RFC 9110 section 5.3); `undefined` if absent. */
  get(name: string): string | undefined;
  /** Every value of the name, in order, one per field line. */
  getAll(name: string): string[];
  has(name: string): boolean;
  /** All fields as [lower-case name, value], in order. Allocates: not for the hot path. */
  entries(): [name: string, value: string][];
}
