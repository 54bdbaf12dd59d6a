import type { Command as Commander, HelpConfiguration } from "commander";
import type { LoadedCommand } from "./commands.ts";
import { COMMAND_GROUPS } from "./commands.ts";
import type { Style } from "./ui/style.ts";

const MAX_WIDTH = 100;

const START_HERE = [
  ["gatewayctl up --demo", "see it work: small services behind a gateway, nothing to install"],
  ["gatewayctl init", "write a config of your own, then `gatewayctl up`"],
] as const;

/** Gives the program and its commands their look; `style` is absent where no colours are wanted, so that chalk is not read. */
export function dressHelp(
  program: Commander,
  commands: readonly LoadedCommand[],
  columns: number,
  style: Style | undefined,
): void {
  const configuration = helpConfiguration(columns, style);
  program.configureHelp({ ...configuration, groupItems: groupInOrder });
  program.addHelpText("after", () => `\n${pairs("Start here:", START_HERE, columns, style)}`);
  for (const sub of program.commands) {
    sub.configureHelp(configuration);
    const examples = commands.find(({ command }) => command.name === sub.name())?.command.examples ?? [];
    if (examples.length === 0) continue;
    sub.addHelpText(
      "after",
      () =>
        `\n${pairs(
          "Examples:",
          examples.map((e) => [e.command, e.shows] as const),
          columns,
          style,
        )}`,
    );
  }
}

function helpConfiguration(columns: number, style: Style | undefined): HelpConfiguration {
  const configuration: HelpConfiguration = {
    helpWidth: Math.min(columns, MAX_WIDTH),
    subcommandTerm: (sub) => sub.name(),
  };
  if (style === undefined) return configuration;
  return { ...configuration, styleTitle: style.strong, styleSubcommandText: style.link, styleOptionText: style.link };
}

/** Commander groups by first appearance; help shows the headings in their own order, and the flags last. */
function groupInOrder<T extends Commander | { helpGroupHeading?: string }>(
  _all: T[],
  visible: T[],
  headingOf: (item: T) => string,
): Map<string, T[]> {
  const groups = new Map<string, T[]>(COMMAND_GROUPS.map((group) => [`${group}:`, []]));
  for (const item of visible) groups.set(headingOf(item), [...(groups.get(headingOf(item)) ?? []), item]);
  for (const [heading, items] of groups) if (items.length === 0) groups.delete(heading);
  return groups;
}

/** A heading over aligned lines: what to type, then what it does; below each other where the first are long. */
function pairs(
  heading: string,
  lines: readonly (readonly [string, string])[],
  columns: number,
  style: Style | undefined,
): string {
  const width = Math.max(...lines.map(([left]) => left.length));
  const widest = Math.max(...lines.map(([, right]) => right.length));
  const stacked = 2 + width + 2 + widest > columns;
  const strong = style?.strong ?? ((text: string) => text);
  const link = style?.link ?? ((text: string) => text);
  const rendered = lines.map(([left, right]) =>
    stacked ? `  ${link(left)}\n      ${right}` : `  ${link(left.padEnd(width))}  ${right}`,
  );
  return [strong(heading), ...rendered].join("\n");
}
