import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GatewayError } from "../../src/shared/errors/gateway-error.ts";
import { EXIT } from "../../src/shared/errors/entry.ts";
import { ERRORS, type ErrorCode, errorEntry } from "../../src/shared/errors/table.ts";
import { filesBelow, ROOT, textOf } from "../helpers/imports.ts";

const CODES = Object.keys(ERRORS) as ErrorCode[];

/** The parts of the table, and the codes that each may hold. */
const PARTS = {
  "command-errors.ts": /^GW00\d\d$/,
  "config-errors.ts": /^GW01\d\d$/,
  "feature-errors.ts": /^GW01[3-9]/,
  "request-errors.ts": /^GW02\d\d$/,
  "endpoint-errors.ts": /^GW0[34]\d\d$/,
  "policy-errors.ts": /^GW05\d\d$/,
  "admin-errors.ts": /^GW06\d\d$/,
};

const FOLDER = "src/shared/errors";
const sources = filesBelow("src").filter((path) => !path.startsWith(`${FOLDER}/`));

function codesIn(text: string): string[] {
  return text.match(/\bGW\d{4}\b/g) ?? [];
}

describe("the error table", () => {
  it("holds codes of GW and four digits", () => {
    for (const code of CODES) expect(code).toMatch(/^GW\d{4}$/);
  });

  it("keeps each part to its hundred, and leaves no part out", () => {
    const parts = readdirSync(join(ROOT, FOLDER)).filter((name) => name.endsWith("-errors.ts"));
    const held = parts.flatMap((name) => {
      const own = [...textOf(`${FOLDER}/${name}`).matchAll(/^ {2}(GW\d{4}): \{/gm)].map((match) => match[1] as string);
      expect(Object.keys(PARTS)).toContain(name);
      for (const code of own) expect(code, name).toMatch(PARTS[name as keyof typeof PARTS]);
      return own;
    });
    expect(held.sort()).toEqual([...CODES].sort());
  });

  it("has a title and a hint for each that say something", () => {
    for (const code of CODES) {
      const { title, hint } = errorEntry(code);
      expect(title, code).toMatch(/^[A-Z][^.\n]{3,59}$/);
      expect(hint, code).toMatch(/^[^\n]{20,400}[.!?]$/);
      expect(hint.toLowerCase(), code).not.toBe(title.toLowerCase());
    }
    expect(new Set(CODES.map((code) => errorEntry(code).title)).size).toBe(CODES.length);
  });

  it("says of each where it is met: an HTTP status, an exit code, or both", () => {
    const exits = new Set<number>(Object.values(EXIT));
    for (const code of CODES) {
      const { httpStatus, exitCode, proxyStatus } = errorEntry(code);
      expect(httpStatus !== undefined || exitCode !== undefined, code).toBe(true);
      if (httpStatus !== undefined) expect(httpStatus >= 400 && httpStatus <= 599, code).toBe(true);
      if (exitCode !== undefined) expect(exits.has(exitCode), code).toBe(true);
      if (proxyStatus !== undefined) expect(PROXY_STATUS_ERRORS, code).toContain(proxyStatus);
    }
  });

  it("has statuses that fit the kind: the client's are 4xx, the endpoint's 5xx", () => {
    for (const code of CODES) {
      const { kind, httpStatus } = errorEntry(code);
      if (httpStatus === undefined) continue;
      if (kind === "endpoint" || kind === "gateway" || kind === "internal")
        expect(httpStatus, code).toBeGreaterThanOrEqual(500);
      // 501, 505 and 508 are 5xx by their definition in RFC 9110 and RFC 5842, though the request is at fault; 504 is
      // what RFC 9111 section 5.2.1.7 wants for only-if-cached.
      if (kind === "client") expect(httpStatus < 500 || [501, 504, 505, 508].includes(httpStatus), code).toBe(true);
    }
  });

  it("is used: every code that is not retired stands in src", () => {
    const used = new Set(sources.flatMap((path) => codesIn(textOf(path))));
    expect(CODES.filter((code) => !used.has(code) && !errorEntry(code).retired)).toEqual([]);
  });

  it("is whole: every code that src, the README or a template speaks of is in it", () => {
    const documents = ["README.md", "src/README.md", "CHANGELOG.md"].map(
      (path) => [path, readFileSync(join(ROOT, path), "utf8")] as const,
    );
    const texts = [...sources.map((path) => [path, textOf(path)] as const), ...documents];
    const unknown = texts.flatMap(([path, text]) =>
      codesIn(text)
        .filter((code) => !Object.hasOwn(ERRORS, code))
        .map((code) => `${path}: ${code}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe("GatewayError", () => {
  it("carries its code's entry, the sentence and the cause", () => {
    const cause = new Error("EADDRINUSE");
    const error = new GatewayError("GW0010", "Port 8080 is taken.", { cause });
    expect(error).toMatchObject({ name: "GatewayError", code: "GW0010", message: "Port 8080 is taken.", cause });
    expect(error.entry).toBe(ERRORS.GW0010);
  });
});

/** RFC 9209 section 2.3: the registered proxy error types. */
const PROXY_STATUS_ERRORS = [
  "dns_timeout",
  "dns_error",
  "destination_not_found",
  "destination_unavailable",
  "destination_ip_prohibited",
  "destination_ip_unroutable",
  "connection_refused",
  "connection_terminated",
  "connection_timeout",
  "connection_read_timeout",
  "connection_write_timeout",
  "connection_limit_reached",
  "tls_protocol_error",
  "tls_certificate_error",
  "tls_alert_received",
  "http_request_error",
  "http_request_denied",
  "http_response_incomplete",
  "http_response_header_section_size",
  "http_response_header_size",
  "http_response_body_size",
  "http_response_trailer_section_size",
  "http_response_trailer_size",
  "http_response_transfer_coding",
  "http_response_content_coding",
  "http_response_timeout",
  "http_upgrade_failed",
  "http_protocol_error",
  "proxy_internal_response",
  "proxy_internal_error",
  "proxy_configuration_error",
  "proxy_loop_detected",
];
