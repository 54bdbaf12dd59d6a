import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readComposeFile } from "../../../src/config/discovered/compose-file.ts";
import { readEndpointFile } from "../../../src/config/discovered/endpoint-file.ts";
import type { EndpointReading } from "../../../src/config/discovered/reading.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

/** Endpoints that can be used, or an error that says why there are none. */
function expectSound({ endpoints, findings }: EndpointReading): void {
  const isBroken = findings.some(({ severity }) => severity === "error");
  expect(endpoints === undefined).toBe(isBroken);
  for (const { host, port, weight } of endpoints ?? []) {
    expect(host).not.toBe("");
    expect(port >= 1 && port <= 65_535 && Number.isInteger(weight) && weight >= 0).toBe(true);
  }
}

const PIECES = [
  "80",
  "8080",
  "80:80",
  "1-3:80",
  "127.0.0.1:9:80",
  "[::1]:",
  ":",
  "$A",
  "${A:-8}:80",
  "/udp",
  "99999",
  "-",
  "=",
  "true",
];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 3 }).map((all) => all.join(""));
const leaf = fc.oneof(text, fc.integer({ min: -5, max: 70_000 }), fc.boolean(), fc.constant(null), fc.constant(80));
const entry = fc.oneof(
  leaf,
  fc.dictionary(fc.constantFrom("target", "published", "host_ip", "protocol", "x"), leaf),
  fc.array(leaf, { maxLength: 2 }),
);
const service = fc.dictionary(
  fc.constantFrom("ports", "labels", "deploy", "scale", "extends", "network_mode"),
  fc.oneof(
    entry,
    fc.array(entry, { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom("replicas", "service", "gatewayctl.weight", "gatewayctl.enable", "gatewayctl.x"),
      fc.oneof(leaf, fc.constant("app")),
    ),
  ),
);

describe("reading what others write", () => {
  it("of Compose services ends in endpoints or in errors, never in an exception", async () => {
    const file = join(tempDir(), "c.yml");
    const read = { file, name: "c.yml", service: "app", port: 80, protocol: "http", env: {} } as const;
    await fc.assert(
      fc.asyncProperty(service, service, async (app, base) => {
        await writeFile(file, JSON.stringify({ services: { app, base } }));
        expectSound(await readComposeFile(read));
      }),
      { numRuns: 400, seed: 6 },
    );
  });

  it("of lists of endpoints, or of any text, does so, too", async () => {
    const folder = tempDir();
    const endpoint = fc.oneof(
      fc.constantFrom("http://a:1", "http://b:2", "tcp://c:3", "a", ""),
      fc.dictionary(fc.constantFrom("url", "weight", "backup", "zone", "x"), fc.oneof(leaf, fc.constant("http://a:1"))),
      leaf,
    );
    const written = fc.oneof(
      fc.array(endpoint, { maxLength: 3 }).map((list) => JSON.stringify(list)),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(written, fc.constantFrom("e.json", "e.yaml"), async (content, name) => {
        const file = join(folder, name);
        await writeFile(file, content);
        expectSound(await readEndpointFile({ file, name, layer: "http" }));
      }),
      { numRuns: 400, seed: 6 },
    );
  });
});
