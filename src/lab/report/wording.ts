/** "a", "a and b", "a, b and c"; beyond `most` the rest is counted. */
export function inWords(names: readonly string[], most = 6): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} others`] : names;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** "12 %", with a decimal where it would else say next to nothing. */
export function share(part: number): string {
  const percent = part * 100;
  return `${percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** At most three significant figures before the point is reached, and whole numbers beyond. */
export function threeFigures(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

/** A time in a sentence: "8.11 ms", "756 ms", from 10 s on "29.8 s". */
export function timeInWords(ms: number): string {
  return ms < 9999.5 ? `${threeFigures(ms)} ms` : `${threeFigures(ms / 1000)} s`;
}
