import { describe, expect, it } from "vitest";
import { telemetrySchema } from "../../src/telemetry/schema.ts";

describe("telemetry:", () => {
  it("logs all requests to standard output without any key, credentials redacted", () => {
    expect(telemetrySchema.parse(undefined)).toEqual({
      accessLog: { path: "-", sample: 1, headers: [], redact: ["authorization", "cookie"] },
      tracing: false,
      record: false,
    });
  });

  it("takes field names in lower case, as they are compared", () => {
    const parsed = telemetrySchema.parse({ accessLog: { redact: ["X-Key"], headers: ["User-Agent"] } });
    expect(parsed.accessLog).toMatchObject({ redact: ["x-key"], headers: ["user-agent"] });
  });

  it.each([[{ format: "xml" }], [{ sample: "200%" }], [{ path: "" }], [{ fromat: "json" }], [true]])(
    "refuses accessLog: %j",
    (accessLog) => {
      expect(telemetrySchema.safeParse({ accessLog }).success).toBe(false);
    },
  );
});
