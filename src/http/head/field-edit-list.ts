import type { FieldEdits } from "../../exchange/field-edits.ts";
import { FIELD_VALUE, TOKEN } from "../octets.ts";

/** The changes there were at one time. */
export interface FieldEditMark {
  readonly removed: readonly string[];
  readonly added: readonly (readonly [name: string, value: string])[];
}

/** Changes to one message's fields, kept until its head is written. Used again for the next message. */
export class FieldEditList implements FieldEdits {
  /** Lower-case names of fields that do not go on. */
  readonly removed = new Set<string>();
  /** Fields that are added, in order; names in lower case. */
  readonly added: [name: string, value: string][] = [];

  get isEmpty(): boolean {
    return this.added.length === 0 && this.removed.size === 0;
  }

  reset(): void {
    if (this.added.length > 0) this.added.length = 0;
    if (this.removed.size > 0) this.removed.clear();
  }

  /** The changes so far, for `restore`. */
  mark(): FieldEditMark {
    return { removed: [...this.removed], added: [...this.added] };
  }

  /** Takes back what was changed since. */
  restore({ removed, added }: FieldEditMark): void {
    this.reset();
    for (const name of removed) this.removed.add(name);
    for (const [name, value] of added) this.added.push([name, value]);
  }

  set(name: string, value: string): void {
    this.remove(name);
    this.append(name, value);
  }

  /** Names that are none are a bug of the caller's; of values, what could end the line or is no octet is replaced. */
  append(name: string, value: string): void {
    if (!isToken(name)) throw new TypeError(`not a field name: ${JSON.stringify(name)}`);
    this.added.push([name, cleanValue(value)]);
  }

  remove(name: string): void {
    this.removed.add(name);
    for (let i = this.added.length - 1; i >= 0; i--) if (this.added[i]?.[0] === name) this.added.splice(i, 1);
  }

  /** The changes of another list, behind those that are here. */
  takeOver({ removed, added }: FieldEditList): void {
    for (const name of removed) this.remove(name);
    // They have been looked at.
    for (const field of added) this.added.push(field);
  }

  /** What is added, as field lines with their CRLF. */
  lines(): string {
    let lines = "";
    for (const [name, value] of this.added) lines += `${name}: ${value}\r\n`;
    return lines;
  }
}

function isToken(name: string): boolean {
  if (name === "") return false;
  for (let i = 0; i < name.length; i++) if (TOKEN[name.charCodeAt(i)] !== 1) return false;
  return true;
}

/** White space at the ends is not part of a value (RFC 9110 section 5.5). */
function cleanValue(value: string): string {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code > 0xff || FIELD_VALUE[code] !== 1) return value.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?").trim();
  }
  return value;
}
