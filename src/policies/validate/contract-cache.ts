import { readFileSync } from "node:fs";
import { type LoadedContract, loadContract } from "./contract.ts";
import type { ValidateOptions } from "./schema.ts";

/** More are forgotten, the oldest first. */
const MOST = 64;

/** Contracts that were loaded before: routes that share a document share what was made of it, while its files stay. */
export class ContractCache {
  private readonly loaded = new Map<string, LoadedContract>();

  /** @param base the folder that file names are relative to */
  get({ openapi, body, query, headers, params, basePath, responses }: ValidateOptions, base: string): LoadedContract {
    const sources = { openapi, body, query, headers, params, basePath, responses };
    const key = `${base}\0${JSON.stringify(sources)}`;
    const known = this.loaded.get(key);
    if (known !== undefined && isUnchanged(known.texts)) return known;
    const loaded = loadContract(sources, base);
    this.loaded.delete(key);
    this.loaded.set(key, loaded);
    for (const oldest of this.loaded.keys()) {
      if (this.loaded.size <= MOST) break;
      this.loaded.delete(oldest);
    }
    return loaded;
  }
}

function isUnchanged(texts: ReadonlyMap<string, string>): boolean {
  return [...texts].every(([path, text]) => {
    try {
      return readFileSync(path, "utf8") === text;
    } catch {
      return false;
    }
  });
}
