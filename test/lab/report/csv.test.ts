import { describe, expect, it } from "vitest";
import { csvCell, reportCsv } from "../../../src/lab/report/csv.ts";
import { replayWith, reportWith, resultOf } from "./results.ts";

/** RFC 4180, as a reader of such files has it. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = "", end = ""] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === "") break;
    if (end !== ",") rows.push([]);
  }
  return rows.slice(0, -1);
}

describe("CSV", () => {
  it("quotes what has commas, quotes or line ends", () => {
    expect(["a", 'say "a"', "a,b", "a\r\nb", ""].map(csvCell)).toEqual(["a", '"say ""a"""', '"a,b"', '"a\r\nb"', ""]);
  });

  it("is never run by a spreadsheet", () => {
    const evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"];
    for (const text of evil) expect(csvCell(text).replace(/^"/, "").startsWith("'")).toBe(true);
    expect(csvCell('=HYPERLINK("http://x","y")')).toBe(`"'=HYPERLINK(""http://x"",""y"")"`);
    // Numbers stay numbers.
    expect([csvCell(-1.5), csvCell(0), csvCell(Number.NaN), csvCell(null)]).toEqual(["-1.5", "0", "", ""]);
  });

  it("has a row for each algorithm, then one for each of its endpoints, all of one length", () => {
    const text = reportCsv(reportWith([resultOf("p2c"), resultOf("first")]));
    const [head = [], ...rows] = parse(text);
    expect(text.endsWith("\r\n")).toBe(true);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([head.length]));
    const column = (name: string) => rows.map((row) => row[head.indexOf(name)]);
    expect(column("row")).toEqual(["algorithm", "algorithm", "endpoint", "endpoint", "endpoint", "endpoint"]);
    expect(column("algorithm")).toEqual(["p2c", "first", "p2c", "p2c", "first", "first"]);
    expect(column("p99_ms")).toEqual(["40", "40", "", "", "", ""]);
    expect(column("share")).toEqual(["", "", "0.5", "0.5", "0.5", "0.5"]);
    expect(column("leads").slice(0, 2)).toEqual(["yes", "no"]);
  });

  it("has what was measured below what was replayed, as rows of its own kind", () => {
    const [head = [], ...rows] = parse(reportCsv(replayWith([resultOf("p2c"), resultOf("least-conn")])));
    const column = (name: string) => rows.map((row) => row[head.indexOf(name)]);
    expect(column("row").slice(-4)).toEqual(["endpoint", "recorded", "recorded_endpoint", "recorded_endpoint"]);
    expect(column("row").filter((row) => row === "algorithm")).toHaveLength(2);
    expect(rows.at(-3)?.slice(0, 4)).toEqual(["recorded", "least-conn", "", "1000"]);
    expect([column("p99_ms").at(-3), column("leads").at(-3), column("mode").at(-3)]).toEqual(["756", "", "replay"]);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([head.length]));
  });

  it("leaves empty what is not known, as of an endpoint of the user's own", () => {
    const [endpoint] = resultOf("p2c").endpoints;
    const result = resultOf("p2c", { endpoints: [{ ...endpoint!, endpoint: "=x", utilization: Number.NaN }] });
    const [head = [], , row = []] = parse(reportCsv(reportWith([result])));
    expect([row[head.indexOf("endpoint")], row[head.indexOf("utilization")]]).toEqual(["'=x", ""]);
  });
});
