import { createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { detectServices } from "../../../src/cli/init/detect.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const detect = async (files: Record<string, string>, notPort = 8080) => [
  ...(await detectServices(tempDir(files), notPort)),
];

async function listenOn(candidates: readonly number[]): Promise<number> {
  for (const port of candidates) {
    const server = createServer();
    const listens = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!listens) continue;
    onTestFinished(() => void server.close());
    return port;
  }
  throw new Error("every candidate is taken");
}

it("takes the published ports of a compose file, and not those of databases", async () => {
  const compose = 'services:\n  api: { ports: ["4001:80", "3000-3005:80"] }\n  db: { ports: ["5432:5432"] }\n';
  expect(await detect({ "docker-compose.yml": compose })).toEqual([["api", ["http://localhost:4001"]]]);
});

it("takes servers that listen on a development port, but not the gateway's own", async () => {
  const [one, other] = [await listenOn([4871, 4872, 4873]), await listenOn([4881, 4882, 4883])];
  const [found] = await detect({}, other);
  expect(found?.[0]).toBe("app");
  expect(found?.[1]).toContain(`http://localhost:${one}`);
  expect(found?.[1]).not.toContain(`http://localhost:${other}`);
});

it("is not disturbed by a compose file that is broken", async () => {
  const [found] = await detect({ "compose.yaml": "services: [" });
  expect(found?.[1]?.length).toBeGreaterThan(0);
});
