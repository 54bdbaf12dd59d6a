/** Numbers that are added one by one, in few bytes each. */
export class Column {
  private values = new Float64Array(1024);
  length = 0;

  add(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Float64Array(this.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  at(index: number): number {
    return this.values[index] as number;
  }

  /** What has been added: a view, of no use after the next `add`. */
  view(): Float64Array {
    return this.values.subarray(0, this.length);
  }
}

/** Texts as small numbers, in the order in which they first came. */
export class Names {
  readonly list: string[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const number = this.list.length;
    this.list.push(name);
    this.numbers.set(name, number);
    return number;
  }
}
