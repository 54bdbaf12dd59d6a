import type { Probe } from "../probe.ts";
import { answer, bare, get, OK, THEN } from "./shapes.ts";

const status = (line: string, lines = "", rfc = "9110 15"): Probe => ({
  name: `a response ${line} goes on`,
  rfc,
  word: "pass",
  client: [get(), THEN, get()],
  answers: [answer(lines, "said", line), answer()],
  outcomes: [
    {
      client: [
        {
          status: Number(line.slice(0, 3)),
          body: "said",
          fields: Object.fromEntries(
            (lines === "" ? [] : lines.split("\r\n")).map((each) => {
              const [name = "", value = ""] = each.split(": ");
              return [name.toLowerCase(), value];
            }),
          ),
        },
        OK,
      ],
      connection: "open",
    },
  ],
});

/** RFC 9110 section 15: statuses are the endpoint's to choose. */
export const STATUS_PROBES: readonly Probe[] = [
  status("201 Created", "Location: /b", "9110 15.3.2"),
  status("202 Accepted", "", "9110 15.3.3"),
  status("203 Non-Authoritative Information", "", "9110 15.3.4"),
  status("206 Partial Content", "Content-Range: bytes 0-3/9", "9110 15.3.7"),
  status("206 Multipart", "Content-Type: multipart/byteranges; boundary=a", "9110 15.3.7"),
  status("299 Something Else", "", "9110 15"),
  status("300 Multiple Choices", "", "9110 15.4.1"),
  status("301 Moved Permanently", "Location: https://b.test/c", "9110 15.4.2"),
  status("303 See Other", "Location: //b.test", "9110 15.4.4"),
  status("307 Temporary Redirect", "Location: ../d", "9110 15.4.8"),
  status("308 Permanent Redirect", "Location: /b", "9110 15.4.9"),
  status("400 Bad Request", "", "9110 15.5.1"),
  status("401 Unauthorized", "WWW-Authenticate: Basic", "9110 15.5.2"),
  status("404 Not Found", "", "9110 15.5.5"),
  status("405 Method Not Allowed", "Allow: PUT", "9110 15.5.6"),
  status("408 Request Timeout", "", "9110 15.5.9"),
  status("409 Conflict", "", "9110 15.5.10"),
  status("412 Precondition Failed", 'ETag: "b"', "9110 15.5.13"),
  status("416 Range Not Satisfiable", "Content-Range: bytes */9", "9110 15.5.17"),
  status("421 Misdirected Request", "", "9110 15.5.20"),
  status("429 Too Many Requests", "Retry-After: 3", "6585 4"),
  status("451 Unavailable For Legal Reasons", "Link: </x>; rel=blocked-by", "7725 3"),
  status("499 Unheard Of", "", "9110 15"),
  status("500 Internal Server Error", "", "9110 15.6.1"),
  status("502 Bad Gateway", "", "9110 15.6.3"),
  status("503 Service Unavailable", "Retry-After: 120", "9110 15.6.4"),
  status("504 Gateway Timeout", "", "9110 15.6.5"),
  status("505 HTTP Version Not Supported", "", "9110 15.6.6"),
  status("599 Unheard Of", "", "9110 15"),
  {
    name: "a reason phrase goes on, octets over 127 included",
    rfc: "9112 4",
    word: "pass",
    client: [get()],
    answers: [answer("", "ok", "200 Sch\xf6n\t(so)")],
    outcomes: [{ client: [{ ...OK, line: "HTTP/1.1 200 Sch\xf6n\t(so)" }] }],
  },
  {
    name: "an empty reason phrase keeps the space in front of it",
    rfc: "9112 4",
    word: "MUST",
    client: [get()],
    answers: [answer("", "ok", "200 ")],
    outcomes: [{ client: [{ ...OK, line: /^HTTP\/1\.1 200 / }] }],
  },
  {
    name: "a status line without the last space is mended, or not passed on",
    rfc: "9112 4",
    word: "MUST",
    client: [get()],
    answers: [bare("200", "Content-Length: 2", "ok")],
    outcomes: [{ client: [{ ...OK, line: /^HTTP\/1\.1 200 / }] }, { client: [{ status: 502 }] }],
  },
  {
    name: "an endpoint of HTTP/1.0 is passed on as HTTP/1.1",
    rfc: "9110 2.5",
    word: "MUST",
    client: [get()],
    answers: [{ atEnd: ["HTTP/1.0 200 Fine\r\nContent-Length: 2\r\n\r\nok", { end: true }] }],
    outcomes: [{ client: [{ ...OK, line: "HTTP/1.1 200 Fine" }], connection: "open" }],
  },
];
