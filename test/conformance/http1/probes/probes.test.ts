import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HAPROXY } from "../../peers/haproxy.ts";
import { NGINX } from "../../peers/nginx.ts";
import type { PeerKind } from "../../peers/peer.ts";
import { SUBJECTS } from "./cases/index.ts";
import { differences, type Results } from "./differences.ts";
import type { Verdict } from "./judge.ts";
import { runAll } from "./run-all.ts";
import type { ProbeTarget } from "./run-probe.ts";
import { createGatewayTarget } from "./targets/gateway-target.ts";
import { createPeerTarget } from "./targets/peer-target.ts";

/** The peers' time is mostly waiting: they can have more of them under way than the gateway in this process. */
const AT_ONCE = 16;
const PEERS_AT_ONCE = 48;

const PROBES = SUBJECTS.flatMap(([, probes]) => probes);
let verdicts: ReadonlyMap<string, Verdict> = new Map();
const missing: string[] = [];

async function runAgainst(target: ProbeTarget, atOnce: number): Promise<Results> {
  try {
    return { name: target.name, verdicts: await runAll(PROBES, target, atOnce) };
  } finally {
    await target.close();
  }
}

async function runPeer(kind: PeerKind): Promise<Results | undefined> {
  try {
    const target = await createPeerTarget(kind, PROBES);
    if (target !== undefined) return await runAgainst(target, PEERS_AT_ONCE);
    missing.push(`${kind.name} is not installed`);
  } catch (error) {
    missing.push(String(error));
  }
  return undefined;
}

const results: Results[] = [];

beforeAll(async () => {
  const peersRun = Promise.all([NGINX, HAPROXY].map(runPeer));
  const ours = await runAgainst(createGatewayTarget(), AT_ONCE);
  verdicts = new Map(PROBES.map(({ name }, i) => [name, ours.verdicts[i] as Verdict]));
  const peers = await peersRun;
  results.push(ours, ...peers.filter((each) => each !== undefined));
}, 60_000);

afterAll(() => {
  console.info(`${differences(PROBES, results)}\n${missing.map((reason) => `skipped: ${reason}`).join("\n")}`);
});

describe.each(SUBJECTS)("probes: %s", (_, probes) => {
  for (const { name, rfc, word, exception, knownFailure } of probes) {
    const hold = (): void => expect(verdicts.get(name)).toEqual({ held: true, complaints: [] });
    const title = `${name} (RFC ${rfc}, ${word})`;
    if (knownFailure !== undefined) it.fails(`${title} [known failure: ${knownFailure}]`, hold);
    else if (exception !== undefined) it.fails(`${title} [not followed: ${exception}]`, hold);
    else it(title, hold);
  }
});

describe("the suite", () => {
  it("gives every probe a name of its own", () => {
    expect(new Set(PROBES.map(({ name }) => name)).size).toBe(PROBES.length);
  });

  it("makes one exception of a MUST, by decision: losing such requests is worse", () => {
    const excepted = PROBES.filter(({ exception, word }) => exception !== undefined && !word.startsWith("SHOULD"));
    expect(excepted.map(({ name }) => name)).toEqual([
      "POST on a used connection that got no answer is not tried again",
    ]);
  });

  it("has the peers that are required", () => {
    if (process.env["REQUIRE_PEERS"] === "1") expect(missing).toEqual([]);
    // Of the requirements some are broken by each of them, or the suite does not look.
    for (const { verdicts: found } of results.slice(1)) expect(found.some(({ held }) => held === true)).toBe(true);
  });
});
