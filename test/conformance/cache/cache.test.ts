import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SUBJECTS } from "./cases/index.ts";
import { comparison, type Results } from "./comparison.ts";
import { type CaseVerdict, runCases } from "./run-case.ts";
import { createGatewayCache } from "./targets/gateway-cache.ts";
import { createNginxCache } from "./targets/nginx-cache.ts";

/** A gateway for each case runs in this process; nginx mostly waits for time to pass, so that all of its cases can. */
const AT_ONCE = 16;

const CASES = SUBJECTS.flatMap(([, cases]) => cases);
const results: Results[] = [];
const missing: string[] = [];
let ours: ReadonlyMap<string, CaseVerdict> = new Map();
let theirs: ReadonlyMap<string, CaseVerdict> = new Map();

const byName = (verdicts: readonly CaseVerdict[]) =>
  new Map(CASES.map(({ name }, i) => [name, verdicts[i] as CaseVerdict]));

async function runNginx(): Promise<Results | undefined> {
  try {
    const target = await createNginxCache(CASES);
    if (target !== undefined) return { name: target.name, verdicts: await runCases(CASES, target, CASES.length) };
    missing.push("nginx is not installed");
  } catch (error) {
    missing.push(String(error));
  }
  return undefined;
}

beforeAll(async () => {
  const nginxRun = runNginx();
  const verdicts = await runCases(CASES, createGatewayCache(), AT_ONCE);
  results.push({ name: "gatewayctl", verdicts });
  ours = byName(verdicts);
  const nginx = await nginxRun;
  if (nginx === undefined) return;
  results.push(nginx);
  theirs = byName(nginx.verdicts);
}, 60_000);

afterAll(() => {
  console.info(`${comparison(CASES, results)}\n${missing.map((reason) => `skipped: ${reason}`).join("\n")}`);
});

describe.each(SUBJECTS)("cache: %s", (_, cases) => {
  for (const { name, section, level, exception } of cases) {
    const hold = (): void => expect(ours.get(name)).toEqual({ held: true, complaints: [] });
    const title = `${name} (RFC ${section}, ${level})`;
    if (exception === undefined) it(title, hold);
    else it.fails(`${title} [not done: ${exception}]`, hold);
  }
});

describe("the suite", () => {
  it("has at least 150 cases, each with a name of its own", () => {
    expect(CASES.length).toBeGreaterThanOrEqual(150);
    const names = CASES.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it("makes no exception of a MUST, nor of what nginx does", () => {
    const excepted = CASES.filter(({ exception }) => exception !== undefined);
    expect(excepted.filter(({ level }) => level.startsWith("MUST"))).toEqual([]);
    expect(excepted.filter(({ name }) => theirs.get(name)?.held === true)).toEqual([]);
  });

  it("has the peer that is required", () => {
    if (process.env["REQUIRE_PEERS"] === "1") expect(missing).toEqual([]);
    // nginx keeps most of what a cache must, or the suite does not look.
    const held = results[1]?.verdicts.filter((verdict) => verdict.held === true).length;
    if (held !== undefined) expect(held).toBeGreaterThan(CASES.length / 3);
  });
});
