import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { type AskDefaults, type AskedFor, askOn } from "../../../src/cli/init/ask.ts";
import { parseFronted } from "../../../src/cli/init/fronted-services.ts";
import { eventually } from "../../helpers/eventually.ts";

const OPEN: AskedFor = { template: undefined, services: undefined, port: undefined };
const DEFAULTS: AskDefaults = { port: 8080, services: async () => parseFronted("4001, 4002") };

/** Real prompts on a terminal of pipes: `press` waits until the screen shows a text, then types. */
function terminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  // inquirer ends its output after each prompt; a terminal's does not close by that.
  output.end = () => output;
  let screen = "";
  output.setEncoding("utf8").on("data", (text: string) => (screen += text));
  return {
    streams: { input, output },
    async press(whenShown: string, keys: string) {
      await eventually(() => expect(screen).toContain(whenShown));
      screen = "";
      input.write(keys);
    },
  };
}

const DOWN = "\u001b[B";

describe("askOn", () => {
  it("takes every default by Enter", async () => {
    const { streams, press } = terminal();
    const answers = askOn(streams, OPEN, DEFAULTS);
    await press("load-balancer", "\r");
    await press("4001, 4002", "\r");
    await press("8080", "\r");
    expect(await answers).toMatchObject({
      template: { name: "minimal" },
      services: parseFronted("4001,4002"),
      port: 8080,
    });
  });

  it("asks for no addresses where the template starts its services", async () => {
    const { streams, press } = terminal();
    const answers = askOn(streams, OPEN, {
      ...DEFAULTS,
      services: () => Promise.reject(new Error("looked for services")),
    });
    await press("load-balancer", `${DOWN}\r`);
    await press("8080", "9000\r");
    expect(await answers).toMatchObject({ template: { name: "microservices" }, port: 9000 });
  });

  it("says what is wrong with an answer, and asks again", async () => {
    const { streams, press } = terminal();
    const answers = askOn(streams, { ...OPEN, services: parseFronted("4001"), port: undefined }, DEFAULTS);
    await press("load-balancer", "\r");
    await press("8080", "0\r");
    // Ctrl-U empties the line.
    await press('"0" is not a port', "\u00154001\r");
    await press("would be the gateway itself", "\u00158081\r");
    expect(await answers).toMatchObject({ port: 8081 });
  });

  it.each([
    ["first", 0],
    ["second", 1],
    ["third", 2],
  ])("has no answer after Ctrl-C at the %s question", async (_, before) => {
    const { streams, press } = terminal();
    const answers = askOn(streams, OPEN, DEFAULTS);
    const shown = ["load-balancer", "4001, 4002", "8080"];
    for (const text of shown.slice(0, before)) await press(text, "\r");
    await press(shown[before] as string, "\u0003");
    expect(await answers).toBeUndefined();
  });
});
