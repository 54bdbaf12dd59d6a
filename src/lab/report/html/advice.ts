import type { AnyReport } from "../any-report.ts";
import { inWords } from "../wording.ts";
import { escapeHtml } from "./escape.ts";
import type { PageFacts } from "./page.ts";

/** The lines of the config that follow from the verdict. Names stand there as JSON where YAML could misread them. */
export function advice({ verdict, setup }: AnyReport, { configured }: PageFacts): string {
  const [best] = verdict.leaders;
  if (best === undefined) return "";
  const service = configured?.service ?? setup.service ?? "NAME";
  const lines = `services:\n  ${yamlKey(service)}:\n    algorithm: ${best}`;
  const said =
    configured === undefined
      ? `In the config, for ${setup.service ?? "a service like this one"}:`
      : verdict.leaders.includes(configured.algorithm)
        ? `${configured.service} has ${configured.algorithm}: none did better, and nothing is to be changed.`
        : `${configured.service} has ${configured.algorithm} now. To change it, write:`;
  const others =
    verdict.leaders.length > 1 ? `<p>${escapeHtml(inWords(verdict.leaders, 20))} did equally well.</p>` : "";
  return `<div class="advice"><p>${escapeHtml(said)}</p><pre><code>${escapeHtml(lines)}</code></pre>${others}</div>`;
}

function yamlKey(name: string): string {
  return /^[A-Za-z][\w-]*$/.test(name) ? name : JSON.stringify(name);
}
