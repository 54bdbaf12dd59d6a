const RISING = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const GROWING = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/**
 * One upright bar, a character wide, in eight steps: `full` and more is the whole block, anything above 0 at least
 * the lowest one, and nothing a dot, so that "none" is not taken for "few".
 */
export function uprightBar(value: number, full: number): string {
  if (!(value > 0)) return "·";
  const step = Math.round((value / full) * RISING.length);
  return RISING[Math.min(Math.max(step, 1), RISING.length) - 1] ?? "█";
}

/** A bar from left to right, in eighths of a character, `full` being `width` characters long; not padded. */
export function lyingBar(value: number, full: number, width: number): string {
  const eighths = Math.round((Math.min(Math.max(value / full, 0), 1) || 0) * width * 8);
  const rest = GROWING[eighths % 8] ?? "";
  return "█".repeat(Math.floor(eighths / 8)) + (eighths === 0 && value > 0 ? "▏" : rest);
}

/**
 * At most `most` of the values, to stand for all: as they are while they are few enough; beyond that, sorted from the
 * largest to the smallest and taken at even distances, both ends included, so that outliers are never averaged away.
 */
export function condense<T>(items: readonly T[], most: number, valueOf: (item: T) => number): readonly T[] {
  if (items.length <= most) return items;
  const sorted = items.toSorted((a, b) => valueOf(b) - valueOf(a));
  return Array.from({ length: most }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (most - 1))] as T);
}
