import { UsageError } from "../usage-error.ts";
import { type FrontedServices, formatFronted, parseFronted, parsePort, refuseLoop } from "./fronted-services.ts";
import type { InitAnswers } from "./render.ts";
import { TEMPLATES, type Template } from "./templates.ts";

/** What is asked only where no flag has said it. */
export interface AskedFor {
  readonly template: Template | undefined;
  readonly services: FrontedServices | undefined;
  readonly port: number | undefined;
}

export interface AskDefaults {
  readonly port: number;
  services(): Promise<FrontedServices>;
}

/** Asks the user; `undefined` if they went away (Ctrl-C). */
export type Ask = (given: AskedFor, defaults: AskDefaults) => Promise<InitAnswers | undefined>;

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Prompts are prose: stdout stays free for data. */
const processTerminal: Terminal = {
  get input() {
    return process.stdin;
  },
  get output() {
    return process.stderr;
  },
};

/** Asks on a terminal: the template, the addresses of the services if it fronts some, and the gateway's port. */
export const askOnTerminal: Ask = (given, defaults) => askOn(processTerminal, given, defaults);

/** `askOnTerminal`, for a terminal that may be another one. */
export async function askOn(
  terminal: Terminal,
  given: AskedFor,
  defaults: AskDefaults,
): Promise<InitAnswers | undefined> {
  const prompt = await createPrompt(terminal);
  try {
    const template = given.template ?? (await askTemplate(prompt));
    const services =
      given.services ?? (template.fronts ? await askServices(prompt, await defaults.services()) : new Map());
    const port = given.port ?? (await askPort(prompt, defaults.port, services));
    return { template, services, port };
  } catch (error) {
    if (error instanceof Error && error.name === "ExitPromptError") return undefined;
    throw error;
  }
}

async function createPrompt({ input, output }: Terminal) {
  const { createPromptModule } = (await import("inquirer")).default;
  return createPromptModule({ input, output });
}

type PromptModule = Awaited<ReturnType<typeof createPrompt>>;

async function askTemplate(prompt: PromptModule): Promise<Template> {
  const { template } = await prompt<{ template: Template }>({
    type: "select",
    name: "template",
    message: "What do you want to start from?",
    choices: TEMPLATES.map((each) => ({
      name: `${each.name.padEnd(14)} ${each.summary}`,
      short: each.name,
      value: each,
    })),
  });
  return template;
}

async function askServices(prompt: PromptModule, guess: FrontedServices): Promise<FrontedServices> {
  const { services } = await prompt<{ services: string }>({
    type: "input",
    name: "services",
    message: "Ports or URLs of your services, named if there are several (users=4001, orders=4002):",
    default: formatFronted(guess).replaceAll("http://localhost:", ""),
    validate: (text: string) => complaint(() => parseFronted(text)),
  });
  return parseFronted(services);
}

async function askPort(prompt: PromptModule, usual: number, services: FrontedServices): Promise<number> {
  const { port } = await prompt<{ port: string }>({
    type: "input",
    name: "port",
    message: "Port of the gateway",
    default: String(usual),
    validate: (text: string) => complaint(() => refuseLoop(services, parsePort(text))),
  });
  return parsePort(port);
}

/** inquirer's form of validation: true, or what is wrong. */
function complaint(parse: () => unknown): true | string {
  try {
    parse();
    return true;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}
