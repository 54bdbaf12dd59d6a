import { describe, expect, it } from "vitest";
import { copyFields, dropTable } from "../../../src/http/head/copy-fields.ts";
import { FIELD } from "../../../src/http/head/field-kind.ts";
import { lines, scannedRequest } from "../messages.ts";

/** The lines that are left of a message with these. */
function left(fields: readonly string[], drop = dropTable()): string[] {
  const text = copyFields(scannedRequest(lines("GET / HTTP/1.1", ...fields)), drop);
  if (text === "") return [];
  expect(text.endsWith("\r\n")).toBe(true);
  return text.slice(0, -2).split("\r\n");
}

const HOP_BY_HOP = [
  "Connection: close",
  "Keep-Alive: timeout=5",
  "Proxy-Connection: close",
  "Proxy-Authenticate: Basic",
  "Proxy-Authorization: Basic eDp5",
  "TE: trailers",
  "Trailer: X",
  "Transfer-Encoding: chunked",
  "Upgrade: h2c",
];

describe("copyFields", () => {
  it("copies what it need not know octet for octet", () => {
    const odd = ["Host:a.test", "x-A:\t b \xe4 ", "Empty:", "host2: x"];
    expect(left(odd)).toEqual(odd);
  });

  it("copies nothing of nothing", () => {
    expect(left([])).toEqual([]);
    expect(left(HOP_BY_HOP)).toEqual([]);
  });

  it.each(HOP_BY_HOP)("cuts %s, wherever it stands", (line) => {
    expect(left([line, "A: 1", "B: 2"])).toEqual(["A: 1", "B: 2"]);
    expect(left(["A: 1", line, line, "B: 2", line])).toEqual(["A: 1", "B: 2"]);
    expect(left(["A: 1", line.toUpperCase()])).toEqual(["A: 1"]);
  });

  it("cuts the kinds it is told to", () => {
    expect(left(["Host: a", "Via: x", "Date: d"], dropTable(FIELD.HOST, FIELD.DATE))).toEqual(["Via: x"]);
  });

  it("cuts what Connection names, in any case, in any number of fields", () => {
    const fields = [
      "X-A: 1",
      "Connection: close, x-a ,,X-B",
      "X-B: 2",
      "X-C: 3",
      "connection: x-c",
      "X-D: 4",
      "x-a: 5",
    ];
    expect(left(fields)).toEqual(["X-D: 4"]);
  });

  it.each(["Content-Length: 2\t", "Content-Length: 2 ", "Content-Length: 2 \t "])(
    "copies %j without the white space behind it",
    (line) => {
      expect(left([line])).toEqual(["Content-Length: 2"]);
      expect(left(["A: b ", line, "C: d "])).toEqual(["A: b ", "Content-Length: 2", "C: d "]);
      expect(left([line, "TE: x", "C: d"])).toEqual(["Content-Length: 2", "C: d"]);
      expect(left(["TE: x", line, "C: d"], dropTable(FIELD.CONTENT_LENGTH))).toEqual(["C: d"]);
    },
  );

  it("does not take keep-alive and close for fields", () => {
    expect(left(["Connection: close, Keep-Alive", "Close: 1", "A: b"])).toEqual(["Close: 1", "A: b"]);
  });

  it("keeps what every reader needs, whoever names it", () => {
    const kept = ["Host: a", "Content-Length: 1", "X-Request-Id: 2", "Date: d"];
    expect(left([...kept, "Connection: host, content-length, x-request-id, date"])).toEqual(kept);
  });
});
