import { describe, expect, it } from "vitest";
import { interpolate } from "../../src/config/interpolate.ts";

const env = { PORT: "4001", HOST: "localhost", YES: "true", EMPTY: "", VERSION: "1.10", ZIP: "00501" };

describe("interpolate", () => {
  it.each<[written: string, value: unknown]>([
    ["plain", "plain"],
    ["${HOST}", "localhost"],
    ["http://${HOST}:${PORT}", "http://localhost:4001"],
    ["${PORT}", 4001],
    [" ${PORT}", " 4001"],
    ["${YES}", true],
    ["${VERSION}", "1.10"],
    ["${ZIP}", "00501"],
    ["${EMPTY}", ""],
    ["${EMPTY:-b}", "b"],
    ["${NONE:-}", ""],
    ["${NONE:-7}", 7],
    ["${NONE:-a:-b}", "a:-b"],
    ["${HOST:-x}", "localhost"],
    ["$${HOST}", "${HOST}"],
    ["$$${HOST}", "$${HOST}"],
    ["$HOST", "$HOST"],
    ["{HOST}", "{HOST}"],
  ])("%s becomes %j", (written, value) => {
    const result = interpolate({ at: [written] }, env);
    expect(result.value).toEqual({ at: [value] });
    expect(result.problems).toEqual([]);
  });

  it("remembers where values came from, and what was written there", () => {
    const { interpolated } = interpolate({ a: { b: "${PORT}" }, c: "$${HOST}", d: "plain" }, env);
    expect([...interpolated.keys()]).toEqual(["a.b"]);
    expect(interpolated.get("a.b")).toMatchObject({ written: "${PORT}", text: "4001", retyped: true });
  });

  it.each<[written: string, message: RegExp]>([
    ["${NONE}", /NONE is not set/],
    ["${toString}", /toString is not set/],
    ["${1A}", /not a placeholder/],
    ["${A", /not a placeholder/],
    ["${}", /not a placeholder/],
  ])("%s is a problem", (written, message) => {
    const { problems } = interpolate({ a: written }, env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: "GW0108", path: ["a"] });
    expect(problems[0]?.message).toMatch(message);
  });

  it("leaves keys and the given value alone", () => {
    const given = { "${HOST}": "${HOST}" };
    expect(interpolate(given, env).value).toEqual({ "${HOST}": "localhost" });
    expect(given).toEqual({ "${HOST}": "${HOST}" });
  });

  it("ends on a value that contains itself", () => {
    const loop: Record<string, unknown> = {};
    loop["a"] = loop;
    loop["b"] = loop;
    expect(interpolate({ services: loop }, env).problems).toHaveLength(1);
  });
});
