import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChunkedScanner } from "../../../src/http/body/chunked-scanner.ts";
import { decodeChunks } from "../../conformance/http1/fuzz/expected.ts";

interface Scanned {
  /** What is left of the body after rewriting. */
  readonly text: string;
  /** Octets read, the body's end included. */
  readonly read: number;
  readonly done: boolean;
  readonly data: number;
  readonly fault: string;
}

/** Scans octets that come in these pieces. */
function scan(
  pieces: readonly string[],
  keepFraming: boolean,
  scanner = new ChunkedScanner(),
  keepTrailers = true,
): Scanned {
  scanner.start(keepFraming, keepTrailers);
  let text = "";
  let read = 0;
  for (const piece of pieces) {
    const bytes = Buffer.from(`??${piece}??`, "latin1");
    const end = 2 + piece.length;
    const stop = scanner.scan(bytes, 2, end);
    if (stop < 0) break;
    text += bytes.toString("latin1", 2, 2 + scanner.written);
    read += stop - 2;
    // What stands around the piece belongs to others.
    expect(bytes.toString("latin1", 0, 2) + bytes.toString("latin1", end)).toBe("????");
    if (scanner.done) break;
  }
  return { text, read, done: scanner.done, data: scanner.dataOctets, fault: scanner.fault };
}

/** Chunk extensions, zeros in front, data that looks like the end, and a trailer. */
const BODY = '5;a="x;y"\r\nhello\r\n00B;q\r\n\r\n0\r\n\r\n wo!\r\n1\r\n?\r\n000;end\r\nX-Sum: 1\r\n\r\n';
const PLAIN = "5\r\nhello\r\n00B\r\n\r\n0\r\n\r\n wo!\r\n1\r\n?\r\n000\r\nX-Sum: 1\r\n\r\n";
const DATA = "hello\r\n0\r\n\r\n wo!?";

describe("ChunkedScanner", () => {
  it("leaves the chunks without their extensions, or the data alone", () => {
    const common = { read: BODY.length, done: true, data: DATA.length, fault: "" };
    expect(scan([BODY], true)).toEqual({ text: PLAIN, ...common });
    expect(scan([BODY], false)).toEqual({ text: DATA, ...common });
  });

  it("leaves a body without extensions as it came", () => {
    expect(scan([PLAIN], true).text).toBe(PLAIN);
  });

  it.each([true, false])("reads a body cut in two anywhere as the whole (keepFraming %s)", (keepFraming) => {
    const whole = scan([BODY], keepFraming);
    for (let cut = 0; cut <= BODY.length; cut++) {
      expect(scan([BODY.slice(0, cut), BODY.slice(cut)], keepFraming)).toEqual(whole);
    }
    expect(scan(BODY.split(""), keepFraming)).toEqual(whole);
  });

  it("drops the trailers, cut in two anywhere, where they may not go on", () => {
    const body = "5;x\r\nhello\r\n0\r\nX-Sum: 1\r\nX-Other:\r\n\r\n";
    const scanner = new ChunkedScanner();
    for (let cut = 0; cut <= body.length; cut++) {
      const pieces = [body.slice(0, cut), body.slice(cut)];
      expect(scan(pieces, true, scanner, false)).toMatchObject({ text: "5\r\nhello\r\n0\r\n\r\n", done: true });
      expect(scanner.trailers).toBe("");
      expect(scan(pieces, false, scanner, false)).toMatchObject({ text: "hello", done: true });
      expect(scanner.trailers).toBe("");
    }
    expect(scan(["0\r\nHost: a\r\n\r\n"], true, scanner, false).fault).toBe("the field Host as a trailer");
    expect(scan([body], true, scanner).text).toContain("X-Sum: 1\r\nX-Other:\r\n\r\n");
  });

  it("stops just behind the body", () => {
    expect(scan([`${BODY}GET / HTTP/1.1\r\n`], true)).toMatchObject({ text: PLAIN, read: BODY.length, done: true });
  });

  it("is not done before the last octet", () => {
    for (let cut = 0; cut < BODY.length; cut++) {
      expect(scan([BODY.slice(0, cut)], true)).toMatchObject({ done: false, fault: "", read: cut });
    }
  });

  it("starts anew for the next body, also after one that was broken off or refused", () => {
    const scanner = new ChunkedScanner();
    for (const before of ["ff\r\nab", '1;"', "0\r\nContent-Length: 1\r\n", "x", BODY]) {
      scan([before], true, scanner);
      expect(scan([BODY], true, scanner)).toEqual(scan([BODY], true));
    }
  });

  it("reads the largest size that it takes without waiting for the data", () => {
    expect(scan(["fffffffffffff\r\nabc"], true)).toMatchObject({ fault: "", data: 3, done: false });
    expect(scan(["10000000000000\r\n"], true).fault).toBe("a chunk size too large");
  });

  it.each([
    ["\r\n", "a chunk without a size"],
    ["-1\r\n", "a chunk without a size"],
    ["g\r\n", "a chunk without a size"],
    ["1 \r\n", "a malformed chunk size"],
    ["0x1\r\n", "a malformed chunk size"],
    ["1\n", "a malformed chunk size"],
    ["1\r\r\n", "a chunk size line that does not end in CRLF"],
    ["1;a\n", "a control character in a chunk extension"],
    ["1;a\0\r\n", "a control character in a chunk extension"],
    ["1;a\rb", "a chunk size line that does not end in CRLF"],
    ['1;a="b\r\n', "a chunk extension with an open quote"],
    ["1\r\nab\r\n", "chunk data longer than its size"],
    ["1\r\na\n", "chunk data longer than its size"],
    ["1\r\na\rb", "chunk data that does not end in CRLF"],
    ["0\r\n\n", "a malformed trailer"],
    ["0\r\n\r\r", "a chunked body that does not end in CRLF"],
    ["0\r\nA : b\r\n", "a malformed trailer"],
    ["0\r\n: b\r\n", "a malformed trailer"],
    ["0\r\n A: b\r\n", "a malformed trailer"],
    ["0\r\nA\r\n", "a malformed trailer"],
    ["0\r\nA: b\n", "a control character in a trailer"],
    ["0\r\nA: b\rc", "a trailer that does not end in CRLF"],
  ])("refuses %j: %s", (text, fault) => {
    for (const keepFraming of [true, false]) {
      expect(scan([text], keepFraming).fault).toBe(fault);
      expect(scan(text.split(""), keepFraming).fault).toBe(fault);
    }
  });

  it.each([
    "Content-Length",
    "transfer-encoding",
    "HOST",
    "Connection",
    "Authorization",
    "Cookie",
    "Set-Cookie",
    "X-Consumer-Roles",
    "X_Consumer_Roles",
    "X-Forwarded-For",
    "Forwarded",
  ])("refuses %s as a trailer", (name) => {
    expect(scan([`0\r\n${name}: 1\r\n\r\n`], true).fault).toBe(`the field ${name} as a trailer`);
  });

  it("takes other trailers, with names of any length", () => {
    const body = `0\r\nX-Content-Length: 1\r\n${"a".repeat(100)}:\r\n\r\n`;
    expect(scan([body], true)).toMatchObject({ text: body, done: true });
    expect(scan([body], false)).toMatchObject({ text: "", done: true });
  });

  it("bounds extensions and trailers together, over all chunks", () => {
    const chunk = `1;${"a".repeat(1000)}\r\nx\r\n`;
    expect(scan([chunk.repeat(16)], true).fault).toBe("");
    expect(scan([chunk.repeat(17)], true).fault).toBe("chunk extensions too large");
    expect(scan([`${chunk.repeat(16)}0\r\nA: ${"b".repeat(1000)}`], true).fault).toBe("trailers too large");
  });
});

const extension = fc.constantFrom("", "", ";a", ";a=b", ';a="b;c"', '; x = "0"');
const part = fc.tuple(fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 20 }), extension);
const bodies = fc.tuple(fc.array(part, { maxLength: 6 }), extension, fc.constantFrom("", "X: y\r\n", "A:\r\nB: c\r\n"));

describe("any chunked body, in any pieces", () => {
  it("is read as a naive decoder reads it", () => {
    fc.assert(
      fc.property(bodies, fc.array(fc.nat(300), { maxLength: 5 }), ([parts, lastExtension, trailers], cuts) => {
        const chunks = parts.map(([data, ext]) => `${data.length.toString(16)}${ext}\r\n${data}\r\n`);
        const body = `${chunks.join("")}0${lastExtension}\r\n${trailers}\r\n`;
        const edges = [0, ...cuts.filter((cut) => cut < body.length).sort((a, b) => a - b), body.length];
        const pieces = edges.slice(1).map((edge, i) => body.slice(edges[i], edge));
        const data = parts.map(([text]) => text).join("");
        expect(decodeChunks(body)).toBe(data);
        const common = { read: body.length, done: true, data: data.length, fault: "" };
        expect(scan(pieces, false)).toEqual({ ...common, text: data });
        const kept = scan(pieces, true);
        expect(kept).toMatchObject(common);
        expect(kept.text).toBe(
          `${parts.map(([text]) => `${text.length.toString(16)}\r\n${text}\r\n`).join("")}0\r\n${trailers}\r\n`,
        );
      }),
      { numRuns: 1000, seed: 1 },
    );
  });
});
