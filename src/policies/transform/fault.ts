/**
 * Why a body cannot be transformed. `malformed`: it is not what it says; `unsupported`: charset or coding that is not
 * read; `too-large`; `refused`: by the expression's own $error or $assert; `mapping`: the expression failed.
 */
export type FaultKind = "malformed" | "unsupported" | "too-large" | "refused" | "mapping";

/** What reading, mapping and writing bodies throw, and nothing else. The message completes "the body …", of
 * `mapping` "the mapping of the body …"; of `refused` it is the author's own. */
export class TransformFault extends Error {
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** A body that is not what it says it is. */
export function malformed(message: string): TransformFault {
  return new TransformFault("malformed", message);
}

/** How deep documents may be nested, JSON and XML alike: deeper ones are attacks, and would cost stack. */
export const MAX_DEPTH = 64;

/** How many attributes one XML element may have. */
export const MAX_ATTRIBUTES = 1000;
