import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readEndpointFile } from "../../../src/config/discovered/endpoint-file.ts";
import { findingText } from "../../../src/config/discovered/reading.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

async function read(name: string, text: string, layer: "http" | "tcp" | "udp" = "http") {
  const file = join(tempDir({ [name]: text }), name);
  const { endpoints, findings } = await readEndpointFile({ file, name, layer });
  return { endpoints, ids: endpoints?.map(({ id }) => id), found: findings.map(findingText), findings };
}

describe("readEndpointFile", () => {
  it("reads URLs and { url, weight, backup, zone } out of JSON", async () => {
    const text = '[\n\t"http://a:1",\n\t{ "url": "http://b:2", "weight": 3, "backup": true, "zone": "eu" }\n]';
    expect((await read("e.json", text)).endpoints).toEqual([
      { id: "http://a:1", protocol: "http", host: "a", port: 1, weight: 1, backup: false },
      { id: "http://b:2", protocol: "http", host: "b", port: 2, weight: 3, backup: true, zone: "eu" },
    ]);
  });

  it("reads the same out of YAML", async () => {
    const { ids } = await read("e.yaml", "# written by a script\n- http://a:1\n- { url: http://b:2, weight: 3 }\n");
    expect(ids).toEqual(["http://a:1", "http://b:2"]);
  });

  it("takes [] for no endpoints", async () => {
    expect((await read("e.json", "[]")).endpoints).toEqual([]);
  });

  it.each([
    ["e.json", "", "e.json: is empty; no endpoints are []", /e\.json/],
    ["e.json", '["http://a:1",]', "", /^e\.json:1:\d+: Expected a value, found "\]"/],
    ["e.yaml", "- http://a:1\n- [", "", /^e\.yaml:2:\d+: /],
    [
      "e.yaml",
      "- http://a:1\n- { url: http://b:2, weight: -1 }",
      "",
      /^e\.yaml:2:30: \[1\]\.weight must be at least 0/,
    ],
    ["e.yaml", "- http://a:1\n- { url: http://b:2, wieght: 1 }", "", /^e\.yaml:2:22: `wieght` is not a key/],
    ["e.yaml", "- http://a:1\n- http://A:1", "", /^e\.yaml:2:3: \[1\] names http:\/\/a:1 twice/],
    ["e.yaml", "- 4001", "", /^e\.yaml:1:3: \[0\] must be a URL, or \{ url, weight, backup, zone \}/],
    ["e.yaml", "endpoints: []", "e.yaml: must be a list of endpoints", /e\.yaml/],
    ["e.yaml", "- tcp://a:1", "", /^e\.yaml:1:3: tcp:\/\/a:1 does not fit: .* http:\/\/ endpoints/],
  ])("%s with %j gives nothing, and says where and why", async (name, text, whole, pattern) => {
    const { endpoints, found } = await read(name, text);
    expect(endpoints).toBeUndefined();
    expect(found).toEqual([whole === "" ? expect.stringMatching(pattern) : whole]);
  });

  it("warns of a file that is not there, and gives nothing", async () => {
    const reading = await readEndpointFile({ file: join(tempDir(), "e.json"), name: "e.json", layer: "http" });
    expect(reading.endpoints).toBeUndefined();
    expect(reading.findings).toMatchObject([{ code: "GW0160", severity: "warning", message: "does not exist" }]);
  });

  it("takes the endpoints of the layer that is asked for", async () => {
    expect((await read("e.yaml", "- udp://a:53", "udp")).ids).toEqual(["udp://a:53"]);
    expect((await read("e.yaml", "- http://a:53", "tcp")).endpoints).toBeUndefined();
  });
});
