import { DEFAULT_ENDPOINTS, type FrontedServices, UNNAMED } from "./fronted-services.ts";
import type { Template, TemplateFile } from "./templates.ts";

export const DEFAULT_PORT = 8080;
const README = "README.md";
const CONFIG_FILE = "gateway.config.yaml";

export interface InitAnswers {
  readonly template: Template;
  /** Of templates that front running servers. */
  readonly services: FrontedServices;
  readonly port: number;
}

/** A template's files with the user's answers put in. */
export function renderTemplate(files: readonly TemplateFile[], answers: InitAnswers): TemplateFile[] {
  return files.map(({ path, text }) => {
    const withPort = setPort(path === README ? setPath(text, tryPath(answers)) : text, answers.port);
    return {
      path,
      text: path === CONFIG_FILE && answers.template.fronts ? setServices(withPort, answers.services) : withPort,
    };
  });
}

/** A request that the scaffold's routes send to a service. */
export function tryPath({ template, services }: InitAnswers): string {
  const [first] = services.keys();
  return !template.fronts || first === undefined || services.has(UNNAMED) ? template.tryPath : `/${first}`;
}

/** The commands that a README proposes ask for a path that a route takes. */
function setPath(text: string, path: string): string {
  return text.replace(/(curl http:\/\/localhost:8080|route GET )\/(?= )/g, (_, command: string) => command + path);
}

function setPort(text: string, port: number): string {
  return text
    .replace(/^( *- http: )8080$/gm, (_, key: string) => `${key}${port}`)
    .replaceAll(`localhost:${DEFAULT_PORT}`, `localhost:${port}`);
}

const DEFAULT_LIST = list(DEFAULT_ENDPOINTS);

/**
 * One service takes the place of the template's endpoints, so that the comments around them stay. For named services, the
 * two sections are written anew.
 */
function setServices(text: string, services: FrontedServices): string {
  const unnamed = services.get(UNNAMED);
  if (services.size === 1 && unnamed) return text.replace(DEFAULT_LIST, () => list(unnamed));
  const sections = text.split(/^(?=services:|routes:)/m);
  return sections.map((section) => rewriteSection(section, services)).join("");
}

function rewriteSection(section: string, services: FrontedServices): string {
  if (section.startsWith("services:")) {
    const [, comment = ""] = /\n(\n# [^]*)$/.exec(section) ?? [];
    return `services:\n${[...services].map(([name, urls]) => serviceText(name, urls)).join("\n")}${comment}`;
  }
  if (section.startsWith("routes:")) {
    return `routes:\n${[...services.keys()].map(routeText).join("")}`;
  }
  return section.replace("of one service that already runs, three times", "of services that already run");
}

function serviceText(name: string, urls: readonly string[]): string {
  return `  ${name}:\n    endpoints:\n${list(urls)}\n    algorithm: round-robin\n`;
}

function routeText(name: string): string {
  return `  - match: ${name === UNNAMED ? "/" : `/${name}`}\n    service: ${name}\n`;
}

function list(urls: readonly string[]): string {
  return urls.map((url) => `      - ${url}`).join("\n");
}
