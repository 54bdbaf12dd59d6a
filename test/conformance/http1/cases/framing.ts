import { accepted, get, post, refused, SMUGGLED, type SmugglingCase } from "../case.ts";

const HIDDEN = `0\r\n\r\n${SMUGGLED}`;
const LENGTH = `Content-Length: ${HIDDEN.length}`;

/** Two readers that disagree on which field frames the body (Linhart 2005; Kettle 2019; RFC 9112 section 6.3). */
const CONFLICTS: readonly SmugglingCase[] = [
  refused("CL.TE: Content-Length before chunked", post(`${LENGTH}\r\nTransfer-Encoding: chunked`, HIDDEN)),
  refused(
    "TE.CL: chunked before Content-Length",
    post("Transfer-Encoding: chunked\r\nContent-Length: 4", `5c\r\n${HIDDEN}`),
  ),
  refused("CL.0: chunked and a length of 0", post("Content-Length: 0\r\nTransfer-Encoding: chunked", HIDDEN)),
  refused("CL and an unknown transfer coding", post(`${LENGTH}\r\nTransfer-Encoding: cow`, HIDDEN)),
  refused("CL and an empty Transfer-Encoding", post(`${LENGTH}\r\nTransfer-Encoding:`, HIDDEN)),
  refused("HTTP/1.0 with chunked", "POST /a HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n" + HIDDEN),
  refused(
    "HTTP/1.0 with both",
    `POST /a HTTP/1.0\r\nHost: a.test\r\n${LENGTH}\r\nTransfer-Encoding: chunked\r\n\r\n${HIDDEN}`,
  ),
  refused("GET with both", get(`Host: a.test\r\n${LENGTH}\r\nTransfer-Encoding: chunked`) + HIDDEN),
  refused(
    "both, and Connection that names one of them",
    post(`Connection: content-length\r\n${LENGTH}\r\nTransfer-Encoding: chunked`, HIDDEN),
  ),
];

const obfuscated = (name: string, line: string): SmugglingCase => refused(`TE.TE: ${name}`, post(line, HIDDEN));

/** Transfer-Encoding dressed up so that one of two readers overlooks it. */
const CODINGS: readonly SmugglingCase[] = [
  obfuscated("chunked with a vertical tab before", "Transfer-Encoding: \x0bchunked"),
  obfuscated("chunked with a form feed behind", "Transfer-Encoding: chunked\x0c"),
  obfuscated("chunked with a NUL behind", "Transfer-Encoding: chunked\0"),
  obfuscated("xchunked", "Transfer-Encoding: xchunked"),
  obfuscated("identity", "Transfer-Encoding: identity"),
  obfuscated("identity, chunked", "Transfer-Encoding: identity, chunked"),
  obfuscated("chunked, identity", "Transfer-Encoding: chunked, identity"),
  obfuscated("chunked twice in one field", "Transfer-Encoding: chunked, chunked"),
  obfuscated("chunked twice in two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
  obfuscated("two fields, the second unknown", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x"),
  obfuscated("two fields, the first unknown", "Transfer-Encoding: x\r\ntransfer-encoding: chunked"),
  obfuscated("chunked in quotes", 'Transfer-Encoding: "chunked"'),
  obfuscated("chunked in apostrophes", "Transfer-Encoding: 'chunked'"),
  obfuscated("chunked with a parameter", "Transfer-Encoding: chunked;q=1"),
  obfuscated("chunked with an empty element", "Transfer-Encoding: chunked,"),
  obfuscated("chunked behind a comma", "Transfer-Encoding: ,chunked"),
  obfuscated("chunked with a Kelvin sign", "Transfer-Encoding: chun\xe2\x84\xaaed"),
  obfuscated("chunked with a no-break space", "Transfer-Encoding: \xa0chunked"),
  obfuscated("space before the colon", "Transfer-Encoding : chunked"),
  obfuscated("tab before the colon", "Transfer-Encoding\t: chunked"),
  obfuscated("space before the name", "X: 1\r\n Transfer-Encoding: chunked"),
  obfuscated("a folded value", "Transfer-Encoding:\r\n chunked"),
  obfuscated("a folded value behind", "Transfer-Encoding: chunked\r\n x"),
  obfuscated("no colon", "Transfer-Encoding chunked"),
  obfuscated("hidden behind a bare LF", "X: 1\nTransfer-Encoding: chunked"),
  obfuscated("hidden behind a bare CR", "X: 1\rTransfer-Encoding: chunked"),
  obfuscated("hidden behind a NUL", "X: 1\0Transfer-Encoding: chunked"),
  refused("a coding that is known but not offered", post("Transfer-Encoding: gzip, chunked", HIDDEN), 501),
  accepted("chunked in capitals", post("Transfer-Encoding: CHUNKED", "2\r\nhi\r\n0\r\n\r\n"), {
    line: "POST /a",
    body: "hi",
    fields: { "transfer-encoding": "chunked" },
  }),
  accepted("chunked with tabs around", post("Transfer-Encoding:\t chunked \t", "2\r\nhi\r\n0\r\n\r\n"), {
    line: "POST /a",
    body: "hi",
    fields: { "transfer-encoding": "chunked" },
  }),
  accepted("a name that only looks like Transfer-Encoding", post("Transfer_Encoding: x\r\nContent-Length: 2", "hi"), {
    line: "POST /a",
    body: "hi",
    fields: { "transfer-encoding": undefined },
  }),
];

const length = (name: string, value: string): SmugglingCase =>
  refused(`Content-Length ${name}`, post(`Content-Length: ${value}`, "hello"));

const LENGTHS: readonly SmugglingCase[] = [
  length("with a plus sign", "+5"),
  length("with a minus sign", "-5"),
  length("minus zero", "-0"),
  length("with a space inside", "5 5"),
  length("as a list of one value", "5, 5"),
  length("as a list of two values", "5, 6"),
  length("in hex", "0x5"),
  length("with an exponent", "5e0"),
  length("with a fraction", "5.0"),
  length("with an underscore", "0_5"),
  length("empty", ""),
  length("of letters", "five"),
  length("in Arabic-Indic digits", "\xd9\xa5"),
  length("with a vertical tab", "\x0b5"),
  length("with a no-break space", "\xa05"),
  length("beyond 2^64", "18446744073709551621"),
  length("with 16 digits", "0000000000000005"),
  length("folded", "\r\n 5"),
  refused("two equal Content-Length fields", post("Content-Length: 5\r\nContent-Length: 5", "hello")),
  refused("two different Content-Length fields", post("Content-Length: 5\r\nContent-Length: 0", "hello")),
  refused("two Content-Length fields, one lower-case", post("Content-Length: 5\r\ncontent-length: 0", "hello")),
  refused("space before the colon of Content-Length", post("Content-Length : 5", "hello")),
  refused("Content-Length behind a bare CR", post("X: 1\rContent-Length: 5", "hello")),
  refused("a length over the limit", post("Content-Length: 999999999999999", "hello"), 413),
  accepted("a length with zeros in front", post("Content-Length: 005", "hello"), { line: "POST /a", body: "hello" }),
  accepted("a name that only looks like Content-Length", post("Content_Length: 99\r\nContent-Length: 5", "hello"), {
    line: "POST /a",
    body: "hello",
  }),
  accepted("Connection that names Content-Length", post("Connection: content-length\r\nContent-Length: 5", "hello"), {
    line: "POST /a",
    body: "hello",
    fields: { "content-length": "5" },
  }),
  accepted(
    "Connection that names Transfer-Encoding",
    post("Connection: transfer-encoding\r\nTransfer-Encoding: chunked", "2\r\nhi\r\n0\r\n\r\n"),
    {
      line: "POST /a",
      body: "hi",
      fields: { "transfer-encoding": "chunked" },
    },
  ),
];

export const FRAMING_CASES: readonly SmugglingCase[] = [...CONFLICTS, ...CODINGS, ...LENGTHS];
