import { describe, expect, it } from "vitest";
import { sharedSecret } from "../../../src/gateway/state/shared-secret.ts";
import { noRedis, startRedis } from "../../helpers/redis-server.ts";

const mine = Buffer.alloc(32, 1);
const yours = Buffer.alloc(32, 2);

describe.skipIf(noRedis !== undefined)("the secret of gateways that share a Redis", () => {
  it("is the first one's, for all of them", async () => {
    const { url } = await startRedis();
    expect(Buffer.from(await sharedSecret(url, mine))).toEqual(mine);
    expect(Buffer.from(await sharedSecret(url, yours))).toEqual(mine);
  });

  it("is each one's own where the Redis does not answer", async () => {
    const { url, kill } = await startRedis();
    await kill();
    expect(Buffer.from(await sharedSecret(url, yours))).toEqual(yours);
  });
});

it("is one's own where nothing is shared", async () => {
  expect(await sharedSecret("memory", mine)).toBe(mine);
});
