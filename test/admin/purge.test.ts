import { describe, expect, it } from "vitest";
import { ask, runAdmin, type RunningAdmin } from "./running-admin.ts";

function purge({ admin, token }: RunningAdmin, body: string, headers: Record<string, string> = {}) {
  const own = { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers };
  return ask(admin.port, "/api/cache/purge", { method: "POST", headers: own, body });
}

describe("purging the cache", () => {
  it.each(['{"url":"http://a.test/x?y=1"}', '{"prefix":"/x"}', '{"route":"users"}', '{"all":true}'])(
    "takes %s, and says how many there were",
    async (body) => {
      const running = await runAdmin();
      expect((await purge(running, body)).json).toEqual({ schemaVersion: 1, purged: 7 });
      expect(running.source.calls).toEqual([`purge ${body}`]);
    },
  );

  it.each([
    "",
    "{}",
    "[]",
    '{"all":false}',
    '{"url":"/x"}',
    '{"url":"ftp://a.test/"}',
    '{"prefix":"x"}',
    '{"route":""}',
    '{"all":true,"route":"users"}',
  ])("says 400 for %s", async (body) => {
    const running = await runAdmin();
    const { status, json } = await purge(running, body);
    expect([status, json["code"]]).toEqual([400, "GW0605"]);
    expect(running.source.calls).toEqual([]);
  });

  it("says 404 for a route that there is not, and what is meant", async () => {
    const running = await runAdmin();
    const { status, json } = await purge(running, '{"route":"user"}');
    expect([status, json["code"]]).toEqual([404, "GW0604"]);
    expect(json["detail"]).toMatch(/Did you mean users\?/);
    expect(running.source.calls).toEqual([]);
  });

  it("obeys only who may change anything", async () => {
    const running = await runAdmin();
    const refused = [
      await purge(running, '{"all":true}', { authorization: "Bearer wrong" }),
      await purge(running, '{"all":true}', { "content-type": "text/plain" }),
      await purge(running, '{"all":true}', { origin: "http://evil.test" }),
      await purge(running, '{"all":true}', { host: "evil.test" }),
    ];
    expect(refused.map(({ json }) => json["code"])).toEqual(["GW0602", "GW0603", "GW0607", "GW0601"]);
    expect(running.source.calls).toEqual([]);
  });
});
