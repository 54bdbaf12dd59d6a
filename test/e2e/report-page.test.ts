import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { reportPage } from "../../src/lab/report/html/page.ts";
import { replay } from "../../src/lab/replay/replay.ts";
import { simulate } from "../../src/lab/simulate/simulate.ts";
import { tempDir } from "../helpers/temp-dir.ts";
import { lineOf, recordFrom, synthesize } from "../lab/replay/synthetic-record.ts";
import { hasChromium, openTab, type Tab } from "./chromium.ts";

const missing = process.env["REQUIRE_PEERS"] === "1" || hasChromium() ? undefined : "chromium is not installed";
const FACTS = { command: "gatewayctl bench", version: "0.0.0" };

/** All algorithms over a small load, simulated; or over traffic of which some failed, replayed. */
const REPORTS = {
  simulation: () => simulate({ requests: 8000 }),
  replay: async () => {
    const setup = { algorithm: "round-robin", requests: 3_000, meanMs: [10, 10, 16], concurrency: 1, gapMs: 6 };
    const failed = { at: 9_000, took: 1, endpoint: "http://localhost:4001", status: 502, code: "GW0303" };
    return replay(await recordFrom([...synthesize(setup).lines, lineOf(failed)]));
  },
} as const;

type Kind = keyof typeof REPORTS;

/** The page of such a report, shown in a window of that width. */
async function show(width: number, scheme: "light" | "dark", kind: Kind = "simulation"): Promise<Tab> {
  const file = join(tempDir(), "report.html");
  writeFileSync(file, reportPage(await REPORTS[kind](), FACTS));
  const tab = await openTab();
  for (const domain of ["Log", "Runtime", "Network", "Page"]) await tab.send(`${domain}.enable`);
  await tab.send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
  await tab.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  await tab.goTo(`file://${file}`);
  await tab.until(`document.readyState === "complete" && document.querySelector("footer") !== null`);
  return tab;
}

/** How many values occur often among the bytes of a picture's lines: one colour alone gives but a few. */
async function differentBytes(tab: Tab): Promise<number> {
  const { data } = await tab.send("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
  const png = Buffer.from(String(data), "base64");
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  return new Set(inflateSync(Buffer.concat(parts))).size;
}

describe.skipIf(missing !== undefined)(`the page of a report in a browser${missing ? ` (${missing})` : ""}`, () => {
  it.each([
    [1280, "light", "simulation"],
    [1280, "dark", "simulation"],
    [400, "light", "simulation"],
    [400, "dark", "simulation"],
    [1280, "dark", "replay"],
    [400, "light", "replay"],
  ] as const)(
    "at %i pixels, %s, of a %s: no error, no request, nothing too wide, nothing clipped",
    { timeout: 60_000 },
    async (width, scheme, kind) => {
      const tab = await show(width, scheme, kind);
      const told = tab.events.filter(({ method }) => /consoleAPICalled|exceptionThrown|entryAdded/.test(method));
      expect(told).toEqual([]);
      const requests = tab.events.filter(({ method }) => method === "Network.requestWillBeSent");
      expect(
        requests
          .map(({ params }) => (params["request"] as { url: string }).url)
          .filter((url) => !url.startsWith("file:")),
      ).toEqual([]);
      expect(requests.length).toBeLessThanOrEqual(1);

      expect(await tab.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      // Every chart has a size, and its text is inside of the window, but for tables that scroll.
      const small = `[...document.querySelectorAll(".plot > svg, .heat, .shares")].filter((svg) => {
      const { width, height } = svg.getBoundingClientRect(); return width < 50 || height < 20; }).length`;
      expect(await tab.evaluate(small)).toBe(0);
      const outside = `[...document.querySelectorAll("main text, h1, h2, h3, p, li, dd, label")].filter((text) => {
      const { left, right, width } = text.getBoundingClientRect();
      return width > 0 && (left < 0 || right > innerWidth); }).map((text) => text.textContent)`;
      expect(await tab.evaluate(outside)).toEqual([]);
      expect(await differentBytes(tab)).toBeGreaterThan(50);
    },
  );

  it("brings an algorithm to the front by its checkbox, without a script", { timeout: 60_000 }, async () => {
    const tab = await show(1280, "light");
    const thickness = `getComputedStyle(document.querySelector(".plot .line.s5")).strokeWidth`;
    const before = await tab.evaluate(thickness);
    await tab.evaluate(`document.getElementById("s5").click()`);
    expect(await tab.evaluate(thickness)).not.toBe(before);
  });

  it("has a dark theme that differs, and text that can be read in both (WCAG 2.2, 4.5 to 1)", {
    timeout: 60_000,
  }, async () => {
    const backgrounds: unknown[] = [];
    for (const [scheme, kind] of [
      ["light", "simulation"],
      ["dark", "replay"],
    ] as const) {
      const tab = await show(1280, scheme, kind);
      backgrounds.push(await tab.evaluate("getComputedStyle(document.body).backgroundColor"));
      expect(await tab.evaluate(POOR_CONTRAST)).toEqual([]);
    }
    expect(backgrounds[0]).not.toBe(backgrounds[1]);
  });
});

/** Texts whose colour is too near to that of what is behind them. */
const POOR_CONTRAST = `(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (color) => { const [r, g, b] = rgb(color).map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (element) => { for (let e = element; e; e = e.parentElement) {
    const color = getComputedStyle(e).backgroundColor; if ((rgb(color)[3] ?? 1) > 0) return color; } return "rgb(255,255,255)"; };
  const poor = [];
  for (const element of document.querySelectorAll("h1,h2,h3,p,li,th,td,dt,dd,small,span,summary,caption,label,code,text:not(.beyond)")) {
    if (element.getClientRects().length === 0) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(element.tagName === "text" ? style.fill : style.color), light(behind(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(element.tagName + " " + element.className + " " + element.textContent.slice(0, 30));
  }
  return [...new Set(poor)];
})()`;
