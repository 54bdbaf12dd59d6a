import { describe, expect, it } from "vitest";
import type { Problem } from "../../src/config/diagnostic.ts";
import { placeAll } from "../../src/config/place.ts";
import type { ConfigSource } from "../../src/config/source.ts";
import { parseYaml } from "../../src/config/yaml-source.ts";

const text = "a: 1\nb:\n  c: [x, y]\n  d: |\n    many\n    lines\ne: &anchor { f: 2 }\ng: *anchor\nh:\n";
const source: ConfigSource = { file: "/c.yaml", name: "c.yaml", text, ...parseYaml(text) };

function at(path: Problem["path"], where: Problem["at"]): string {
  const found: Problem = { code: "GW0103", severity: "error", path, at: where, message: "m" };
  const [{ line, column, length } = {}] = placeAll(source, [found], []);
  return `${line}:${column}+${length}`;
}

describe("placeAll", () => {
  it.each<[path: Problem["path"], where: Problem["at"], place: string]>([
    [["a"], "key", "1:1+1"],
    [["a"], "value", "1:4+1"],
    [["b"], "value", "2:1+1"],
    [["b", "c"], "value", "3:3+1"],
    [["b", "c", 1], "value", "3:10+1"],
    [["b", "d"], "value", "4:6+1"],
    [["b", "missing"], "key", "2:1+1"],
    [["b", "c", 7], "value", "3:3+1"],
    [["e", "f"], "value", "7:17+1"],
    [["g", "f"], "value", "8:1+1"],
    [["h"], "value", "9:1+1"],
    [["nowhere"], "key", "1:1+1"],
  ])("puts the %j (%s) at %s", (path, where, place) => {
    expect(at(path, where)).toBe(place);
  });

  it("puts findings in the order of the file, each once", () => {
    const found = (path: string): Problem => ({
      code: "GW0103",
      severity: "error",
      path: [path],
      at: "key",
      message: path,
    });
    const placed = placeAll(source, [found("e"), found("a"), found("e"), found("b")], []);
    expect(placed.map(({ path }) => path)).toEqual(["a", "b", "e"]);
  });

  it.each<[value: string, message: string, shown: string]>([
    ["hunter2", "is hunter2, hunter2!", "is ${S}, ${S}!"],
    ["ab", "about ab.", "about ${S}."],
    ["true", "must be true or false", "must be true or false"],
    ["$&.*", "is $&.*", "is ${S}"],
  ])("hides %s, which came from the environment, in %s", (value, message, shown) => {
    const found: Problem = { code: "GW0103", severity: "error", path: ["a"], at: "key", message };
    const secret = { path: ["a"], written: "${S}", text: value, retyped: false };
    expect(placeAll(source, [found], [secret])[0]?.message).toBe(shown);
  });

  it("hides an unmistakable value wherever it is repeated, a short one only at its own place", () => {
    const found: Problem = { code: "GW0103", severity: "error", path: ["b"], at: "key", message: "hunter2 on 80" };
    const secrets = ["hunter2", "80"].map((value) => ({ path: ["a"], written: "${S}", text: value, retyped: false }));
    expect(placeAll(source, [found], secrets)[0]?.message).toBe("${S} on 80");
  });
});
