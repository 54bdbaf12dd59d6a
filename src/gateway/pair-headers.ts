import type { HeaderReader } from "../exchange/header-reader.ts";

/** Header fields that stand in a list: of a request that nobody sends, or of a response of the gateway's own. */
export class PairHeaders implements HeaderReader {
  readonly #pairs: [name: string, value: string][];

  constructor(pairs: readonly (readonly [name: string, value: string])[]) {
    this.#pairs = pairs.map(([name, value]) => [name.toLowerCase(), value.trim()]);
  }

  get(name: string): string | undefined {
    const values = this.getAll(name);
    return values.length === 0 ? undefined : values.join(name === "cookie" ? "; " : ", ");
  }

  getAll(name: string): string[] {
    return this.#pairs.filter(([pairName]) => pairName === name).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.#pairs.some(([pairName]) => pairName === name);
  }

  entries(): [name: string, value: string][] {
    return this.#pairs.map(([name, value]) => [name, value]);
  }
}
