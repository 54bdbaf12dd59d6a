import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { ROOT } from "../../helpers/imports.ts";
import { startUpProcess } from "../workers/up-process.ts";

vi.setConfig({ testTimeout: 60_000 });

const FOLDER = join(ROOT, "templates/cluster");

function files(): Record<string, string> {
  const paths = readdirSync(FOLDER, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    paths.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(FOLDER.length + 1), readFileSync(path, "utf8").replace("http: 8080", "http: 0")];
    }),
  );
}

describe("the cluster template", () => {
  it("starts a balancer, two gateways and four services, and keeps a browser with its instance", async () => {
    const up = await startUpProcess([], { files: files() });
    await expect
      .poll(
        async () =>
          (await up.services()).flatMap(({ endpoints }) => endpoints).filter(({ health }) => health === "healthy")
            .length,
        {
          timeout: 20_000,
        },
      )
      .toBe(4);
    const answeredBy = async (
      path: string,
      headers: Record<string, string> = {},
    ): Promise<{ by: string; cookie: string }> => {
      const reply = await fetch(`${up.url}${path}`, { headers });
      const { answeredBy: by } = (await reply.json()) as { answeredBy: string };
      return { by, cookie: reply.headers.get("set-cookie")?.split(";")[0] ?? "" };
    };
    const users = new Set<string>();
    for (let i = 0; i < 8; i++) users.add((await answeredBy("/users")).by);
    expect(users.size).toBe(2);
    const first = await answeredBy("/orders");
    for (let i = 0; i < 4; i++) expect((await answeredBy("/orders", { cookie: first.cookie })).by).toBe(first.by);
    expect((await up.status()).workers).toHaveLength(2);
  });
});
