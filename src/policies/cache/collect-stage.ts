import type { BodyStage, StageEnds } from "../../exchange/body-stage.ts";
import type { CacheStore } from "./store.ts";

export interface CollectOptions {
  readonly ends: StageEnds;
  /** In octets. */
  readonly limit: number;
  readonly store: Pick<CacheStore, "gather" | "giveBack">;
  /** The whole body has come. */
  readonly onWhole: (body: Buffer) => void;
  /** It is too long, or there is no room for it; it goes on to the client all the same. */
  readonly onTooLong: () => void;
}

/** Gathers a body on its way to the client, which gets it unchanged. One that is cut short never becomes a whole one. */
export class CollectStage implements BodyStage {
  private readonly options: CollectOptions;
  private parts: Buffer[] | undefined = [];
  private size = 0;

  constructor(options: CollectOptions) {
    this.options = options;
  }

  write(bytes: Buffer, start: number, end: number): boolean {
    if (this.parts !== undefined) this.keep(this.parts, bytes, start, end);
    return this.options.ends.next.write(bytes, start, end);
  }

  private keep(parts: Buffer[], bytes: Buffer, start: number, end: number): void {
    const { limit, store, onTooLong } = this.options;
    const length = end - start;
    if (this.size + length > limit || !store.gather(length)) {
      this.drop();
      return onTooLong();
    }
    this.size += length;
    const copy = Buffer.allocUnsafeSlow(length);
    bytes.copy(copy, 0, start, end);
    parts.push(copy);
  }

  flush(): void {
    this.options.ends.next.flush();
  }

  /** It is stored before the client can know that it has all of it. */
  end(): void {
    const { parts, size } = this;
    this.drop();
    if (parts !== undefined)
      this.options.onWhole(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, size));
    this.options.ends.next.end();
  }

  drained(): void {
    this.options.ends.resume();
  }

  destroy(): void {
    this.drop();
  }

  private drop(): void {
    if (this.parts === undefined) return;
    this.options.store.giveBack(this.size);
    this.parts = undefined;
    this.size = 0;
  }
}
