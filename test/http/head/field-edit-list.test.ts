import { describe, expect, it } from "vitest";
import { copyFields, dropTable } from "../../../src/http/head/copy-fields.ts";
import { FieldEditList } from "../../../src/http/head/field-edit-list.ts";
import { MessageHead } from "../../../src/http/head/message-head.ts";
import { scanRequest } from "../../../src/http/head/scan-request.ts";

/** The field lines of a request after these edits. */
function edited(lines: readonly string[], edit: (list: FieldEditList) => void): string {
  const text = `GET / HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
  const head = new MessageHead();
  scanRequest(head, Buffer.from(text, "latin1"), 0, text.length, 16_384);
  const list = new FieldEditList();
  edit(list);
  return copyFields(head, dropTable(), list.removed) + list.lines();
}

describe("FieldEditList", () => {
  it("sets in place of every field of the name, whatever its case", () => {
    const lines = ["Host: a", "X-A: 1", "x-b: 2", "x-a: 3"];
    expect(edited(lines, (list) => list.set("x-a", "new"))).toBe("Host: a\r\nx-b: 2\r\nx-a: new\r\n");
  });

  it("appends beside what is there, and removes", () => {
    const lines = ["Host: a", "Vary: accept", "x-b: 2"];
    const edit = (list: FieldEditList): void => {
      list.append("vary", "origin");
      list.remove("x-b");
    };
    expect(edited(lines, edit)).toBe("Host: a\r\nVary: accept\r\nvary: origin\r\n");
  });

  it("takes back what was added before, when the name is set or removed", () => {
    const list = new FieldEditList();
    list.append("x-a", "1");
    list.set("x-a", "2");
    list.append("x-b", "1");
    list.remove("x-b");
    expect(list.lines()).toBe("x-a: 2\r\n");
  });

  it.each(["a\r\nx-evil: 1", "a\nb", "a\0b", "a\u{1f600}b", "a\x7fb"])("lets no value end its line: %j", (value) => {
    const list = new FieldEditList();
    list.set("x-a", value);
    expect(list.lines()).toMatch(/^x-a: [\x20-\x7e]*\r\n$/);
    expect(list.lines().split("\r\n")).toHaveLength(2);
  });

  it.each(["", "a b", "a:b", "a\r\nb", "é"])("refuses %j as a name", (name) => {
    expect(() => new FieldEditList().set(name, "1")).toThrow(TypeError);
  });
});
