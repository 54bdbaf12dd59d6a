import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/context.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startUpProcess } from "./up-process.ts";

const shop = (endpoint: string): string => `version: 1
listeners: [{ http: 0 }]
services: { app: ["${endpoint}"] }
routes:
  - match: /
    service: app
    policies: { authenticate: [{ jwt: { issuer: local, audience: shop } }] }
`;

describe("up --workers 2 with the development issuer", () => {
  it("has every worker know its keys, those that come later too", async () => {
    const endpoint = await startEndpoint();
    const up = await startUpProcess(["--workers", "2"], { files: { "gateway.config.yaml": shop(endpoint.url) } });
    const place = { cwd: up.cwd, env: { XDG_STATE_HOME: join(up.cwd, "state") } };
    const token = (await runCli(["token"], place)).stdout.trim();
    const ask = async (bearer: string): Promise<number> => {
      const headers = { authorization: `Bearer ${bearer}`, connection: "close" };
      return (await fetch(up.url, { headers })).status;
    };
    const both = async (): Promise<void> => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(token)));
      expect(new Set(answers)).toEqual(new Set([200]));
      expect(await ask(`${token.slice(0, -4)}AAAA`)).toBe(401);
    };
    await both();
    const [first] = (await up.status()).workers ?? [];
    process.kill(first?.pid ?? 0, "SIGKILL");
    await expect
      .poll(async () => (await up.status()).workers?.map(({ pid }) => pid))
      .toSatisfy((pids: number[] | undefined) => pids?.length === 2 && !pids.includes(first?.pid ?? 0));
    await both();
  });
});
