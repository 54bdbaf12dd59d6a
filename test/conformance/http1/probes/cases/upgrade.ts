import type { Probe } from "../probe.ts";
import { answer, bare, get, OK } from "./shapes.ts";

const KEY = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
const WEBSOCKET = get(`Connection: Upgrade\r\nUpgrade: websocket\r\n${KEY}`);
const AGREED = bare(
  "101 Switching Protocols",
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
);

/** RFC 9110 section 7.8; RFC 6455 section 4. */
export const UPGRADE_PROBES: readonly Probe[] = [
  {
    name: "a WebSocket's handshake goes on, as the gateway's own",
    rfc: "6455 4.2",
    word: "MUST",
    client: [WEBSOCKET],
    answers: [AGREED],
    outcomes: [
      {
        client: [
          { status: 101, fields: { upgrade: /^websocket$/i, connection: /upgrade/i, "sec-websocket-accept": /./ } },
        ],
        endpoint: [{ fields: { upgrade: /^websocket$/i, connection: /upgrade/i, "sec-websocket-key": /./ } }],
      },
    ],
  },
  {
    name: "octets behind 101 go both ways untouched",
    rfc: "9110 7.8",
    word: "MUST",
    client: [WEBSOCKET, { reads: "\r\n\r\n" }, "ping\x00\xff", { reads: "pong\x00\xff" }],
    answers: [{ atEnd: [AGREED, { reads: "ping\x00\xff" }, "pong\x00\xff"] }],
    outcomes: [{ client: [{ status: 101 }] }],
  },
  {
    name: "an endpoint that does not upgrade answers like any other",
    rfc: "9110 7.8",
    word: "MUST",
    client: [WEBSOCKET, { responses: 1 }, get()],
    answers: [answer("", "no", "403 Forbidden"), answer()],
    outcomes: [
      { client: [{ status: 403, body: "no" }, OK] },
      { client: [{ status: 403, body: "no" }], connection: "closed" },
    ],
  },
  {
    name: "426 says what to upgrade to",
    rfc: "9110 15.5.22",
    word: "MUST",
    client: [WEBSOCKET],
    answers: [answer("Connection: Upgrade\r\nUpgrade: websocket", "no", "426 Upgrade Required")],
    outcomes: [{ client: [{ status: 426, fields: { upgrade: "websocket", connection: /upgrade/i } }] }],
  },
  {
    name: "an upgrade to something unknown is ignored",
    rfc: "9110 7.8",
    word: "pass",
    client: [get("Connection: Upgrade\r\nUpgrade: IRC/6.9")],
    outcomes: [{ client: [OK], endpoint: [{ fields: { upgrade: undefined } }], connection: "open" }],
  },
  {
    name: "an upgrade to h2c is ignored",
    rfc: "9113 3.1",
    word: "MUST",
    client: [get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA")],
    outcomes: [{ client: [OK], endpoint: [{ fields: { upgrade: undefined } }], connection: "open" }],
  },
  {
    name: "Upgrade in HTTP/1.0 is ignored",
    rfc: "9110 7.8",
    word: "MUST",
    client: [`GET /a HTTP/1.0\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${KEY}\r\n\r\n`],
    outcomes: [{ client: [OK], endpoint: [{ fields: { upgrade: undefined } }] }],
  },
  {
    name: "a request with a body is not upgraded before the body is read",
    rfc: "9110 7.8",
    word: "MUST",
    client: [
      `GET /a HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\nhello`,
    ],
    outcomes: [{ client: [OK], endpoint: [{ body: "hello" }], connection: "open" }],
  },
  {
    name: "101 to another protocol than asked for is not passed on",
    rfc: "9110 7.8",
    word: "MUST NOT",
    client: [WEBSOCKET],
    answers: [bare("101 Switching Protocols", "Connection: Upgrade\r\nUpgrade: x/1")],
    outcomes: [{ client: [{ status: 502 }] }],
  },
];
