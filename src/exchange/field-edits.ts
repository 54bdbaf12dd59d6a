/** Changes to a message's header fields, made on the way through. Names are given in lower case. */
export interface FieldEdits {
  /** In place of every field of that name. */
  set(name: string, value: string): void;
  /** Beside what is there. */
  append(name: string, value: string): void;
  remove(name: string): void;
}
