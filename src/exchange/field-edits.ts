import type { Fields } from "./answer.ts";
import type { HeaderReader } from "./header-reader.ts";

/** Changes to a message's header fields, made on the way through. Names are given in lower case. */
export interface FieldEdits {
  /** In place of every field of that name. */
  set(name: string, value: string): void;
  /** Beside what is there. */
  append(name: string, value: string): void;
  remove(name: string): void;
}

/** Changes to a request on its way to the endpoint. */
export interface RequestFieldEdits extends FieldEdits {
  /** `append` of each. A list that is appended again and again, as the same object, is checked once. */
  appendAll(fields: Fields): void;
  /** Nothing is changed so far. */
  readonly isEmpty: boolean;
  /** A field's value as the endpoint would get it so far: `sent`, the client's, with the changes made. */
  read(sent: HeaderReader, name: string): string | undefined;
}
