import type { HeaderReader } from "../exchange/header-reader.ts";
import type { FieldEditList } from "../http/head/field-edit-list.ts";

/** A message's fields as they are with the changes made so far. */
export class EditedHeaders implements HeaderReader {
  readonly #sent: HeaderReader;
  readonly #edits: FieldEditList;

  constructor(sent: HeaderReader, edits: FieldEditList) {
    this.#sent = sent;
    this.#edits = edits;
  }

  get(name: string): string | undefined {
    const before = this.#edits.removed.has(name) ? undefined : this.#sent.get(name);
    const added = this.#added(name);
    if (added.length === 0) return before;
    return (before === undefined ? added : [before, ...added]).join(", ");
  }

  getAll(name: string): string[] {
    return [...(this.#edits.removed.has(name) ? [] : this.#sent.getAll(name)), ...this.#added(name)];
  }

  has(name: string): boolean {
    return (!this.#edits.removed.has(name) && this.#sent.has(name)) || this.#added(name).length > 0;
  }

  entries(): [name: string, value: string][] {
    const kept = this.#sent.entries().filter(([name]) => !this.#edits.removed.has(name));
    return [...kept, ...this.#edits.added.map(([name, value]): [string, string] => [name, value])];
  }

  #added(name: string): string[] {
    const values: string[] = [];
    for (const [known, value] of this.#edits.added) if (known === name) values.push(value);
    return values;
  }
}
