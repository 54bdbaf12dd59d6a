import type { AnyReport } from "../any-report.ts";
import { inWords } from "../wording.ts";
import { escapeHtml } from "./escape.ts";
import type { Current } from "./current.ts";

/** The lines of the config that follow from the verdict. Names stand there as JSON where YAML could misread them. */
export function advice({ verdict, setup }: AnyReport, current: Current | undefined): string {
  const [best] = verdict.leaders;
  if (best === undefined) return "";
  const service = current?.service ?? setup.service ?? "NAME";
  const stays = current !== undefined && verdict.leaders.includes(current.algorithm);
  const was =
    current === undefined || stays ? "" : `  # ${current.said === "in use" ? "is" : "was"} ${current.algorithm}`;
  const lines = `services:\n  ${yamlKey(service)}:\n    algorithm: ${stays ? current.algorithm : best}${was}`;
  const said =
    current === undefined
      ? `In the config, for ${setup.service ?? "a service like this one"}:`
      : saidOf(current, stays);
  const others =
    verdict.leaders.length > 1 ? `<p>${escapeHtml(inWords(verdict.leaders, 20))} did equally well.</p>` : "";
  return `<div class="advice"><p>${escapeHtml(said)}</p><pre><code>${escapeHtml(lines)}</code></pre>${others}</div>`;
}

function saidOf({ service, algorithm, said }: Current, stays: boolean): string {
  const [has, did] = said === "in use" ? ["has", "did"] : ["had", "would have done clearly"];
  if (stays) return `${service} ${has} ${algorithm}: none ${did} better, and nothing is to be changed.`;
  return said === "in use"
    ? `${service} has ${algorithm} now. To change it, write:`
    : `${service} had ${algorithm} when this was recorded. To change it, write:`;
}

function yamlKey(name: string): string {
  return /^[A-Za-z][\w-]*$/.test(name) ? name : JSON.stringify(name);
}
