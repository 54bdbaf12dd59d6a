import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createGateway } from "../../src/index.ts";
import { startEndpoint } from "../helpers/endpoints.ts";
import { until } from "../helpers/eventually.ts";
import { tempDir } from "../helpers/temp-dir.ts";

describe("createGateway of the package", () => {
  it("finds endpoints where the config has them found, until it is stopped", async () => {
    const { url: a } = await startEndpoint();
    const { url: b } = await startEndpoint();
    const folder = tempDir({ "e.json": JSON.stringify([a]) });
    const warnings: string[] = [];
    const gateway = createGateway(
      {
        version: 1,
        listeners: [{ http: 0 }],
        services: { app: { endpoints: { file: "e.json" } } },
        routes: [{ match: "/", service: "app" }],
      },
      { baseDirectory: folder, onWarning: (message) => warnings.push(message) },
    );
    onTestFinished(() => gateway.stop());
    await gateway.start();
    const ids = (): string[] => gateway.service("app").upstream.endpoints.map(({ id }) => id);
    expect((await fetch(gateway.bound[0]?.url ?? "")).status).toBe(200);
    writeFileSync(join(folder, "e.json"), "{}");
    await until(() => warnings.includes("app: e.json: must be a list of endpoints"));
    writeFileSync(join(folder, "e.json"), JSON.stringify([b]));
    await until(() => ids()[0] === b);
    await gateway.drain(100);
  });
});
