import { describe, expect, it, vi } from "vitest";
import type { BenchReport } from "../../../../src/lab/report/model.ts";
import { runCli } from "../../../helpers/context.ts";
import { startEndpoint } from "../../../helpers/endpoints.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";
import { startUp } from "../../up/running-up.ts";

const CONFIG = (urls: readonly string[]): string => `version: 1
listeners: [{ http: 0 }]
services:
  users: [${urls.join(", ")}]
routes: [{ match: /, service: users }]
`;

// `up` runs in this process, and starts as slowly as the machine is busy.
vi.setConfig({ testTimeout: 30_000 });

const oneLine = (text: string): string => text.replaceAll("\n", " ");

describe("bench --from-config", () => {
  it("takes the latencies and the rate that the running gateway has observed", async () => {
    const endpoints = await Promise.all([0, 1].map(() => startEndpoint((_, response) => void response.end("ok"))));
    const urls = endpoints.map(({ url }) => url);
    const place = { cwd: tempDir({ "gateway.config.yaml": CONFIG(urls) }), env: { XDG_STATE_HOME: tempDir() } };
    const bench = (...argv: string[]) =>
      runCli(["bench", "--from-config", "--algo", "p2c", "--requests", "2000", ...argv], place);
    expect(oneLine((await bench()).stdout)).toContain("No gateway runs for this config: endpoints are taken to be");

    const up = await startUp([], place);
    const send = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) await fetch(up.url).then((reply) => reply.text());
    };
    await send(20);
    expect(oneLine((await bench()).stdout)).toContain("The running gateway has not seen 20 answers of any endpoint");
    await send(40);
    const { stdout } = await bench();
    expect(stdout).toContain("latencies as observed over 60 answers");
    expect(oneLine(stdout)).toMatch(
      /Latencies are as observed by the running gateway over 60 answers, [\d.]+ a second: /,
    );
    for (const url of urls) expect(oneLine(stdout)).toMatch(new RegExp(`${url} [\\d.]+ ms`));

    const json = (await bench("--json")).stdout;
    const { observed, serviceTime, load } = (JSON.parse(json) as BenchReport & { setup: { observed: object } }).setup;
    expect(serviceTime).toMatch(/^empirical:[\d.]+ms,/);
    expect(observed).toMatchObject({
      answers: 60,
      serviceTime,
      load,
      endpoints: urls.map((endpoint) => ({ endpoint })),
    });
    expect((await bench("--json")).stdout).toBe(json);
  });
});
