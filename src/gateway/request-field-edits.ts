import type { Fields } from "../exchange/answer.ts";
import type { RequestFieldEdits } from "../exchange/field-edits.ts";
import type { HeaderReader } from "../exchange/header-reader.ts";
import { FieldEditList } from "../http/head/field-edit-list.ts";

/** Lists of fields that have been checked, and what they came to. */
const CHECKED = new WeakMap<Fields, readonly [name: string, value: string][]>();

/**
 * Changes to a request's fields. What endpoints are told of a caller is the same for each of its requests: looking at every
 * character of it again would cost more than knowing who it is.
 */
export class RequestFieldEditList extends FieldEditList implements RequestFieldEdits {
  appendAll(fields: Fields): void {
    const checked = CHECKED.get(fields);
    if (checked !== undefined) {
      for (let i = 0; i < checked.length; i++) this.added.push(checked[i] as [string, string]);
      return;
    }
    const before = this.added.length;
    for (const [name, value] of fields) this.append(name, value);
    CHECKED.set(fields, this.added.slice(before));
  }

  read(sent: HeaderReader, name: string): string | undefined {
    let value = this.removed.size > 0 && this.removed.has(name) ? undefined : sent.get(name);
    for (const [known, added] of this.added) {
      if (known === name) value = value === undefined ? added : `${value}, ${added}`;
    }
    return value;
  }
}
