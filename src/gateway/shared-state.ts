/** What the policies of all routes share: made when first asked for, closed when the gateway stops. */
export class SharedState {
  private readonly made = new Map<string, unknown>();

  /** The same thing for the same key, whoever asks. */
  readonly get = <T>(key: string, make: () => T): T => {
    if (!this.made.has(key)) this.made.set(key, make());
    return this.made.get(key) as T;
  };

  /** What is there under a key, if anybody has asked for it. */
  find(key: string): unknown {
    return this.made.get(key);
  }

  close(): void {
    for (const one of this.made.values()) if (isClosable(one)) one.close();
    this.made.clear();
  }
}

function isClosable(value: unknown): value is { close(): void } {
  return typeof value === "object" && value !== null && "close" in value && typeof value.close === "function";
}
