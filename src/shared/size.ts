const UNITS = { B: 1, KB: 1e3, KiB: 1024, MB: 1e6, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** How a size is written, for JSON Schema and messages. */
export const SIZE_PATTERN = /^(\d+(?:\.\d+)?)(B|KB|KiB|MB|MiB|GiB)$/;

/** Bytes of "16KiB", "10MiB"; `undefined` if it is not a size or not a whole number of bytes. */
export function parseSize(text: string): number | undefined {
  const match = SIZE_PATTERN.exec(text);
  if (!match) return undefined;
  const bytes = Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
  return Number.isInteger(bytes) ? bytes : undefined;
}
