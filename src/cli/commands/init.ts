import { relative, resolve } from "node:path";
import { EXIT } from "../../shared/errors/entry.ts";
import { type Command, defineCommand } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { type Ask, askOnTerminal } from "../init/ask.ts";
import { detectServices } from "../init/detect.ts";
import {
  DEFAULT_ENDPOINTS,
  type FrontedServices,
  parseFronted,
  parsePort,
  refuseLoop,
  UNNAMED,
} from "../init/fronted-services.ts";
import { DEFAULT_PORT, type InitAnswers, renderTemplate, tryPath } from "../init/render.ts";
import { refuseSecondConfig, type Scaffolded, scaffold } from "../init/scaffold.ts";
import { schemaText, TEMPLATES, type Template, type TemplateFile, templateFiles } from "../init/templates.ts";
import { writeJson } from "../ui/json.ts";
import { UsageError } from "../usage-error.ts";

interface InitArgs {
  readonly dir?: string;
  readonly template?: string;
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly port?: number;
  readonly endpoints?: FrontedServices;
  readonly json?: boolean;
}

/** As a shell does for a process that Ctrl-C ended. */
const INTERRUPTED = 130;

/** Where the first line of a scaffolded config says that its schema is. */
const SCHEMA_PATH = ".gatewayctl/schema.json";

/** `gatewayctl init`, with the asking as an argument, so that a test can answer. */
export function createInitCommand(ask: Ask): Command {
  return defineCommand<InitArgs>({
    name: "init",
    summary: "Write a config to start from",
    description:
      "Writes gateway.config.yaml, its JSON Schema for editors, and sample services where the template has some. " +
      "Asks on a terminal; elsewhere, or with --yes or --json, takes what the flags say and defaults. " +
      "Never overwrites a file without --force, and a README.md not even then.",
    args: [{ name: "dir", summary: "folder to write into, made where it is missing (default: the current one)" }],
    options: [
      { flags: "--template <name>", summary: "what to start from", choices: TEMPLATES.map((each) => each.name) },
      {
        flags: "--endpoints <list>",
        summary: "ports or URLs of running services: 4001,4002 or users=4001,orders=4002",
        parse: parseFronted,
      },
      { flags: "--port <n>", summary: `port of the gateway (default: ${DEFAULT_PORT})`, parse: parsePort },
      { flags: "-y, --yes", summary: "ask nothing" },
      { flags: "--force", summary: "overwrite files that exist" },
      { flags: "--json", summary: "list the files as JSON" },
    ],
    examples: [
      { command: "gatewayctl init", shows: "three questions, then a config" },
      { command: "gatewayctl init --yes", shows: "a gateway in front of localhost:4001, 4002 and 4003" },
      {
        command: "gatewayctl init --yes --endpoints users=3000,orders=3001",
        shows: "a service and a route for each name",
      },
      {
        command: "gatewayctl init shop --template microservices",
        shows: "sample services that `up` starts, in ./shop",
      },
    ],
    run: (ctx, args) => runInit(ctx, args, ask),
  });
}

export const initCommand = createInitCommand(askOnTerminal);

async function runInit(ctx: CommandContext, args: InitArgs, ask: Ask): Promise<number> {
  const folder = resolve(ctx.cwd, args.dir ?? ".");
  if (!args.force) refuseSecondConfig(folder);
  const answers = await settle(ctx, args, folder, ask);
  if (!answers) return INTERRUPTED;
  refuseLoop(answers.services, answers.port);
  const schema = schemaText();
  const files = renderTemplate(templateFiles(answers.template.name), answers);
  const result = scaffold(folder, [...files, ...schemaFile(schema)], args.force === true);
  await report(ctx, args, folder, answers, result);
  if (schema === undefined) {
    ctx.stderr.write(`${SCHEMA_PATH} was left out: this working copy has no generated schema yet.\n`);
  }
  return EXIT.ok;
}

/** The flags' answers, completed by the user on a terminal and by defaults elsewhere. */
async function settle(ctx: CommandContext, args: InitArgs, folder: string, ask: Ask): Promise<InitAnswers | undefined> {
  const template = findTemplate(args);
  if (args.endpoints && template && !template.fronts) {
    throw new UsageError(
      `--endpoints is for the template ${TEMPLATES[0].name}; ${template.name} starts its own services.`,
    );
  }
  const interactive = ctx.stdin.isTTY && ctx.stderr.isTTY && !args.yes && !args.json && !ctx.quiet;
  if (interactive) {
    const given = { template, services: args.endpoints, port: args.port };
    const port = args.port ?? DEFAULT_PORT;
    return ask(given, { port, services: () => detectServices(folder, port) });
  }
  return {
    template: template ?? TEMPLATES[0],
    services: args.endpoints ?? new Map([[UNNAMED, DEFAULT_ENDPOINTS]]),
    port: args.port ?? DEFAULT_PORT,
  };
}

/** Endpoints without a template mean the one that has use for them. */
function findTemplate(args: InitArgs): Template | undefined {
  const name = args.template ?? (args.endpoints ? TEMPLATES[0].name : undefined);
  return TEMPLATES.find((each) => each.name === name);
}

function schemaFile(text: string | undefined): TemplateFile[] {
  return text === undefined ? [] : [{ path: SCHEMA_PATH, text }];
}

async function report(
  ctx: CommandContext,
  args: InitArgs,
  folder: string,
  answers: InitAnswers,
  result: Scaffolded,
): Promise<void> {
  const next = nextCommands(relative(ctx.cwd, folder), answers);
  if (args.json) {
    const { written, kept } = result;
    writeJson(ctx.stdout, { folder, template: answers.template.name, files: written, kept, next });
    return;
  }
  const { createStyle } = await import("../ui/style.ts");
  const style = createStyle(ctx.stdout);
  for (const path of result.written) ctx.stdout.write(`${style.good("wrote")} ${path}\n`);
  for (const path of result.kept) ctx.stdout.write(`${style.faint("kept")}  ${path}\n`);
  const prose = createStyle(ctx.stderr);
  const before = answers.template.fronts ? ", with your services running" : "";
  ctx.stderr.write(`\nNext${before}:\n${next.map((command) => `  ${prose.link(command)}\n`).join("")}`);
}

function nextCommands(folder: string, answers: InitAnswers): string[] {
  const enter =
    folder === "" ? [] : [`cd ${/^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`}`];
  return [...enter, "gatewayctl check", "gatewayctl up", `gatewayctl route GET ${tryPath(answers)}`];
}
