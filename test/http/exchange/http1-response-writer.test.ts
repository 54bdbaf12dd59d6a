import { expect, it } from "vitest";
import { FieldEditList } from "../../../src/http/head/field-edit-list.ts";
import { MessageHead } from "../../../src/http/head/message-head.ts";
import { scanResponse } from "../../../src/http/head/scan-response.ts";
import { Http1ResponseWriter, type Http1Sink } from "../../../src/http/exchange/http1-response-writer.ts";

const KiB = 1024;

function headOf(text: string): MessageHead {
  const head = new MessageHead();
  scanResponse(head, Buffer.from(text, "latin1"), 0, text.length);
  return head;
}

function writerTo(client: { isBackedUp: boolean; minorVersion?: number } = { isBackedUp: false }) {
  const given: (string | Uint8Array)[] = [];
  const side = Object.assign(client, {
    minorVersion: client.minorVersion ?? 1,
    takesAtOnce: true,
    isSending: true,
    writeText: (text: string) => void given.push(text),
    writeBytes: (bytes: Uint8Array) => void given.push(bytes),
  });
  return {
    /** As a socket sends them: later than they were given. */
    get writes(): string[] {
      return given.map((part) => (typeof part === "string" ? part : Buffer.from(part).toString("latin1")));
    },
    writer: new Http1ResponseWriter(side satisfies Http1Sink),
  };
}

function write(writer: Http1ResponseWriter, text: string): boolean {
  const bytes = Buffer.from(`<<${text}>>`, "latin1");
  const open = writer.write(bytes, 2, 2 + text.length);
  // The bytes are the read buffer's: the next read overwrites them.
  bytes.fill(0x21);
  return open;
}

it("gathers a head and small parts into one write", () => {
  const made = writerTo();
  const { writer } = made;
  writer.startText("HEAD", false);
  write(writer, "a\xff\0");
  write(writer, "b");
  expect(made.writes).toEqual([]);
  writer.end();
  expect(made.writes).toEqual(["HEADa\xff\0b"]);
  expect(writer.octets).toBe(4);
});

it("puts each part into a chunk, and ends them", () => {
  const made = writerTo();
  const { writer } = made;
  writer.startText("HEAD", true);
  write(writer, "hello world!");
  write(writer, "");
  write(writer, "x");
  writer.end();
  expect(made.writes.join("")).toBe("HEADc\r\nhello world!\r\n1\r\nx\r\n0\r\n\r\n");
  expect(writer.octets).toBe(13);
});

it.each([true, false])("copies large parts, in order (in chunks: %s)", (frame) => {
  const made = writerTo();
  const { writer } = made;
  const large = "L".repeat(40 * KiB);
  writer.startText("HEAD", frame);
  write(writer, "small");
  write(writer, large);
  write(writer, "small");
  writer.end();
  const size = (text: string): string => (frame ? `${text.length.toString(16)}\r\n${text}\r\n` : text);
  expect(made.writes.join("")).toBe(`HEAD${size("small")}${size(large)}${size("small")}${frame ? "0\r\n\r\n" : ""}`);
});

it("writes a head and a part of medium size in one go", () => {
  const made = writerTo();
  made.writer.startText("HEAD", false);
  write(made.writer, "m".repeat(16 * KiB));
  expect(made.writes).toEqual([`HEAD${"m".repeat(16 * KiB)}`]);
});

it("does not gather without bound", () => {
  const made = writerTo();
  const { writer } = made;
  writer.startText("", false);
  for (let i = 0; i < 100; i++) write(writer, "x".repeat(KiB));
  expect(made.writes.join("").length).toBeGreaterThanOrEqual(68 * KiB);
  writer.end();
  expect(made.writes.join("").length).toBe(100 * KiB);
});

it("says when the client is too slow", () => {
  const client = { isBackedUp: false };
  const { writer } = writerTo(client);
  writer.startText("", false);
  expect(write(writer, "a")).toBe(true);
  client.isBackedUp = true;
  expect([write(writer, "b"), write(writer, "")]).toEqual([false, false]);
});

it("sends an interim response behind what was gathered, at once", () => {
  const made = writerTo();
  const { writer } = made;
  writer.startText("HEAD", false);
  expect(writer.informational(headOf("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"))).toBe(true);
  expect(made.writes).toEqual(["HEAD", "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"]);
});

it("keeps interim responses from an HTTP/1.0 client, and from one that does not read", () => {
  const hints = headOf("HTTP/1.1 103 Early Hints\r\n\r\n");
  const old = writerTo({ isBackedUp: false, minorVersion: 0 });
  expect([old.writer.informational(hints), old.writes]).toEqual([false, []]);
  const slow = writerTo({ isBackedUp: true });
  expect([slow.writer.informational(hints), slow.writes]).toEqual([true, []]);
});

it("sends trailers behind the last chunk, and nowhere else", () => {
  for (const [frame, end] of [
    [true, "1\r\na\r\n0\r\nx: 1\r\n\r\n"],
    [false, "a"],
  ] as const) {
    const made = writerTo();
    made.writer.startText("", frame);
    write(made.writer, "a");
    made.writer.trailers("x: 1\r\n");
    made.writer.end();
    made.writer.startText("", true);
    made.writer.end();
    expect(made.writes.join("")).toBe(`${end}0\r\n\r\n`);
  }
});

it("writes nothing where there is nothing, and counts anew for the next response", () => {
  const made = writerTo();
  const { writer } = made;
  writer.flush();
  expect(made.writes).toEqual([]);
  writer.startText("", true);
  write(writer, "abc");
  writer.end();
  writer.startText("NEXT", false);
  writer.end();
  expect([writer.octets, made.writes.at(-1)]).toEqual([0, "NEXT"]);
});

it("adds a Date to a response of the gateway's own, unless it has one already", () => {
  const facts = { startedAt: 0, requestId: "r-1", keepAlive: true, responseFields: undefined };
  const datesOf = (dated: boolean): string[] => {
    const made = writerTo();
    made.writer.local({ status: 200, fields: dated ? [["date", "then"]] : [], body: "", dated }, "GET", facts);
    return made.writes.join("").match(/^date: .*$/gm) ?? [];
  };
  expect(datesOf(false)).toEqual(["date: Thu, 01 Jan 1970 00:00:00 GMT"]);
  expect(datesOf(true)).toEqual(["date: then"]);
});

it("says to HEAD how long the body of another response is, where it is given none", () => {
  const facts = { startedAt: 0, requestId: "r-1", keepAlive: true, responseFields: undefined };
  const made = writerTo();
  made.writer.local({ status: 200, fields: [], body: "", length: 12 }, "HEAD", facts);
  expect(made.writes.join("").match(/^content-length: .*$/gm)).toEqual(["content-length: 12"]);
});

it("writes the same response again with what is another one's each time, and edits for one client alone", () => {
  const made = writerTo();
  const response = { status: 200, fields: [["x-a", "1"]], body: "h\u00e9llo", dated: true } as const;
  const edits = new FieldEditList();
  edits.set("x-a", "2");
  const ask = (requestId: string, method: string, responseFields?: FieldEditList): void => {
    const facts = { requestId, keepAlive: true, startedAt: 0, responseFields };
    made.writer.local(response, method, facts);
  };
  ask("r1", "GET");
  ask("r2", "GET", edits);
  ask("r3", "HEAD");
  ask("r4", "GET");
  const text = (id: string, value: string, body: string): string =>
    `HTTP/1.1 200 OK\r\nx-a: ${value}\r\ncontent-length: 6\r\nx-request-id: ${id}\r\n\r\n${body}`;
  const body = Buffer.from("h\u00e9llo").toString("latin1");
  expect(made.writes).toEqual([
    text("r1", "1", body),
    text("r2", "2", body),
    text("r3", "1", ""),
    text("r4", "1", body),
  ]);
  // Of the last one alone.
  expect(made.writer.octets).toBe(6);
});
