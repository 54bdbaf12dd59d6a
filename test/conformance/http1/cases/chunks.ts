import { accepted, chunked, refused, SMUGGLED, type SmugglingCase } from "../case.ts";

const broken = (name: string, body: string): SmugglingCase => refused(`chunk: ${name}`, chunked(body));

/** RFC 9112 section 7.1; CVE-2025-22871 and the TERM.EXT, EXT.TERM and SPILL shapes of 2025 (bare LF in extensions). */
const BROKEN: readonly SmugglingCase[] = [
  broken("size with a 0x", "0x2\r\nhi\r\n0\r\n\r\n"),
  broken("size with a plus sign", "+2\r\nhi\r\n0\r\n\r\n"),
  broken("size with a minus sign", "-1\r\nhi\r\n0\r\n\r\n"),
  broken("size with a space before", " 2\r\nhi\r\n0\r\n\r\n"),
  broken("size with a space behind", "2 \r\nhi\r\n0\r\n\r\n"),
  broken("size with a tab behind", "2\t\r\nhi\r\n0\r\n\r\n"),
  broken("size with an underscore", "0_2\r\nhi\r\n0\r\n\r\n"),
  broken("size with junk", "2z\r\nhi\r\n0\r\n\r\n"),
  broken("no size", "\r\nhi\r\n0\r\n\r\n"),
  broken("an extension without a size", ";a=b\r\nhi\r\n0\r\n\r\n"),
  broken("size of 2^64 + 2", "10000000000000002\r\nhi\r\n0\r\n\r\n"),
  broken("size of all ones", "ffffffffffffffff\r\nhi\r\n0\r\n\r\n"),
  broken("size with many zeros", `${"0".repeat(40)}2\r\nhi\r\n0\r\n\r\n`),
  broken("size line ending in a bare LF", "2\nhi\r\n0\r\n\r\n"),
  broken("size line ending in a bare CR", "2\rhi\r\n0\r\n\r\n"),
  broken("size line ending in CR CR LF", "2\r\r\nhi\r\n0\r\n\r\n"),
  broken("data ending in a bare LF", "2\r\nhi\n0\r\n\r\n"),
  broken("data ending in a bare CR", "2\r\nhi\r0\r\n\r\n"),
  broken("data without an end", "2\r\nhi0\r\n\r\n"),
  broken("data longer than its size", "2\r\nhix\r\n0\r\n\r\n"),
  broken("two octets in place of CRLF", "2\r\nhixx0\r\n\r\n"),
  broken("last chunk ending in a bare LF", `2\r\nhi\r\n0\n\r\n${SMUGGLED}`),
  broken("the end in a bare LF", `2\r\nhi\r\n0\r\n\n${SMUGGLED}`),
  broken("the end in a bare CR", `2\r\nhi\r\n0\r\n\rX${SMUGGLED}`),
  broken("extension with a bare LF", `2;\n00\r\nhi\r\n0\r\n\r\n${SMUGGLED}`),
  broken("extension with a bare LF in quotes", `2;a="\n"\r\nhi\r\n0\r\n\r\n${SMUGGLED}`),
  broken("extension with CRLF in quotes", `2;a="\r\n"\r\nhi\r\n0\r\n\r\n${SMUGGLED}`),
  broken("extension with an open quote", '2;a="b\r\nhi\r\n0\r\n\r\n'),
  broken("extension with a bare CR", "2;a\rb\r\nhi\r\n0\r\n\r\n"),
  broken("extension with a NUL", "2;a\0\r\nhi\r\n0\r\n\r\n"),
  broken("extensions without end", `2;${"a".repeat(17_000)}\r\nhi\r\n0\r\n\r\n`),
  broken("Content-Length as a trailer", "2\r\nhi\r\n0\r\nContent-Length: 30\r\n\r\n"),
  broken("Transfer-Encoding as a trailer", "2\r\nhi\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"),
  broken("Host as a trailer", "2\r\nhi\r\n0\r\nhOST: internal\r\n\r\n"),
  broken("an identity field as a trailer", "2\r\nhi\r\n0\r\nX-Consumer-Id: admin\r\n\r\n"),
  broken("a forwarding field as a trailer", "2\r\nhi\r\n0\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n"),
  broken("a trailer with a space before the colon", "2\r\nhi\r\n0\r\nA : b\r\n\r\n"),
  broken("a folded trailer", "2\r\nhi\r\n0\r\nA: b\r\n c\r\n\r\n"),
  broken("a trailer ending in a bare LF", "2\r\nhi\r\n0\r\nA: b\n\r\n"),
  broken("a trailer without a colon", "2\r\nhi\r\n0\r\nGET /smuggled HTTP/1.1\r\n\r\n"),
];

const whole = (name: string, body: string, text: string): SmugglingCase =>
  accepted(`chunk: ${name}`, chunked(body), { line: "POST /a", body: text });

const ACCEPTED: readonly SmugglingCase[] = [
  whole("several", "2\r\nhi\r\n3\r\n ho\r\n0\r\n\r\n", "hi ho"),
  whole("size in capitals", `A\r\n0123456789\r\n0\r\n\r\n`, "0123456789"),
  whole("size with zeros in front", "0002\r\nhi\r\n000\r\n\r\n", "hi"),
  whole("an extension", "2;a=b\r\nhi\r\n0;c\r\n\r\n", "hi"),
  whole("an extension in quotes that looks like a chunk", '2;a="0 ; x"\r\nhi\r\n0\r\n\r\n', "hi"),
  whole("data that looks like the end", "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", "\r\n0\r\n\r\n"),
  whole("a trailer", "2\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n", "hi"),
  whole("data that looks like a request", `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`, SMUGGLED),
];

export const CHUNK_CASES: readonly SmugglingCase[] = [...BROKEN, ...ACCEPTED];
