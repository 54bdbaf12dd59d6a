import type { ArgumentSpec, OptionSpec } from "../command.ts";

/** What `drain`, `enable` and `weight` are given. */
export interface ChangeArgs {
  readonly service: string;
  readonly endpoint: string;
  readonly config?: string;
  readonly json?: true;
}

export const CHANGE_ARGUMENTS: readonly ArgumentSpec[] = [
  { name: "service", summary: "the service's name", required: true },
  { name: "endpoint", summary: "the endpoint's id, or its ending: 4001, localhost:4001", required: true },
];

export const CHANGE_OPTIONS: readonly OptionSpec[] = [
  { flags: "--config <file>", summary: "the gateway's config, if not the one in this folder" },
  { flags: "--json", summary: "print JSON" },
];
