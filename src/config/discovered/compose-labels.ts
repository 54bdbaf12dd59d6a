import { nearest } from "../../shared/nearest.ts";
import { isMapping } from "../config-path.ts";

/** What a service's labels say of its endpoints. */
export interface EndpointLabels {
  readonly weight: number;
  readonly backup: boolean;
  readonly zone: string | undefined;
  /** False: gatewayctl leaves the service alone. */
  readonly enable: boolean;
}

export interface LabelProblem {
  readonly label: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

const PREFIX = "gatewayctl.";
const KNOWN = ["weight", "backup", "zone", "enable"].map((name) => PREFIX + name);

/** Name → value of `labels`, which is a mapping or a list of "name=value". */
export function labelsOf(labels: unknown): Map<string, string> {
  if (Array.isArray(labels)) {
    const pairs = labels.filter((each): each is string => typeof each === "string");
    return new Map(
      pairs.map((each) => [each.replace(/=.*$/s, ""), each.includes("=") ? each.replace(/^[^=]*=/, "") : ""]),
    );
  }
  return new Map(isMapping(labels) ? Object.entries(labels).map(([name, value]) => [name, textOf(value)]) : []);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Reads the labels that begin with `gatewayctl.`; those that are no use are told, and count as not there. */
export function readLabels(labels: ReadonlyMap<string, string>): {
  readonly found: EndpointLabels;
  readonly problems: readonly LabelProblem[];
} {
  const problems: LabelProblem[] = [];
  const read = <T>(name: string, fallback: T, wanted: string, parse: (text: string) => T | undefined): T => {
    const label = PREFIX + name;
    const text = labels.get(label)?.trim();
    if (text === undefined) return fallback;
    const value = parse(text);
    if (value === undefined) problems.push({ label, message: `label ${label} must be ${wanted}; this is "${text}"` });
    return value ?? fallback;
  };
  for (const label of labels.keys()) {
    if (!label.startsWith(PREFIX) || KNOWN.includes(label)) continue;
    const close = nearest(label, KNOWN);
    const hint = close === undefined ? `there are ${KNOWN.join(", ")}` : `did you mean ${close}?`;
    problems.push({ label, message: `${label} is not a label that means anything`, hint });
  }
  const found = {
    weight: read("weight", 1, "a whole number from 0 to 65535", parseWeight),
    backup: read("backup", false, "true or false", parseBoolean),
    enable: read("enable", true, "true or false", parseBoolean),
    zone: read<string | undefined>("zone", undefined, "a name", (text) => text || undefined),
  };
  return { found, problems };
}

function parseWeight(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function parseBoolean(text: string): boolean | undefined {
  return text === "true" ? true : text === "false" ? false : undefined;
}
