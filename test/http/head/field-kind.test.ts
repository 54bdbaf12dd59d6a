import { describe, expect, it } from "vitest";
import { FIELD, fieldKind } from "../../../src/http/head/field-kind.ts";

function kind(name: string): number {
  const bytes = Buffer.from(`??${name}: x`, "latin1");
  return fieldKind(bytes, 2, 2 + name.length);
}

/** "X_REQUEST_ID" → "x-request-id" */
const NAMES = Object.entries(FIELD)
  .filter(([key]) => key !== "OTHER" && key !== "X_CONSUMER")
  .map(([key, value]) => [key.toLowerCase().replaceAll("_", "-"), value] as const);

describe("fieldKind", () => {
  it.each(NAMES)("knows %s, in any case", (name, expected) => {
    expect(kind(name)).toBe(expected);
    expect(kind(name.toUpperCase())).toBe(expected);
    expect(kind(name[0]?.toUpperCase() + name.slice(1))).toBe(expected);
  });

  it.each(NAMES)("does not take a neighbour for %s", (name) => {
    const neighbours = [`${name}x`, name.slice(0, -1)];
    for (let i = 0; i < name.length; i++) neighbours.push(`${name.slice(0, i)}~${name.slice(i + 1)}`);
    for (const each of neighbours) {
      expect(kind(each), each).toBe(each.startsWith("x-forwarded-") ? FIELD.X_FORWARDED_OTHER : FIELD.OTHER);
    }
  });

  it("gives every X-Forwarded-* one kind, but for those that it makes itself", () => {
    expect(kind("X-Forwarded-Prefix")).toBe(FIELD.X_FORWARDED_OTHER);
    expect(kind("x-forwarded-anything-at-all")).toBe(FIELD.X_FORWARDED_OTHER);
    expect(kind("x-forwarded-")).toBe(FIELD.OTHER);
    expect(kind("x-forwarded")).toBe(FIELD.OTHER);
  });

  it("gives every identity field one kind", () => {
    expect(kind("x-consumer-id")).toBe(FIELD.X_CONSUMER);
    expect(kind("X-Consumer-Anything-At-All")).toBe(FIELD.X_CONSUMER);
    expect(kind("x-consumer-")).toBe(FIELD.OTHER);
    expect(kind("x-consumer")).toBe(FIELD.OTHER);
  });

  it("takes underscores for hyphens where the gateway vouches for a field, and nowhere else", () => {
    expect(kind("X_Consumer_Id")).toBe(FIELD.X_CONSUMER);
    expect(kind("x-consumer_id")).toBe(FIELD.X_CONSUMER);
    expect(kind("x_forwarded_for")).toBe(FIELD.X_FORWARDED_FOR);
    expect(kind("X_FORWARDED-PROTO")).toBe(FIELD.X_FORWARDED_PROTO);
    expect(kind("x-forwarded_host")).toBe(FIELD.X_FORWARDED_HOST);
    expect(kind("x_forwarded-port")).toBe(FIELD.X_FORWARDED_PORT);
    expect(kind("x_forwarded_prefix")).toBe(FIELD.X_FORWARDED_OTHER);
    expect(kind("X_Real_IP")).toBe(FIELD.X_REAL_IP);
    expect(kind("content_length")).toBe(FIELD.OTHER);
    expect(kind("transfer_encoding")).toBe(FIELD.OTHER);
    expect(kind("x_request_id")).toBe(FIELD.OTHER);
  });

  it("does not know other names, however long", () => {
    for (const name of ["a", "accept", "x-custom-header", "x".repeat(300)]) expect(kind(name)).toBe(FIELD.OTHER);
  });
});
