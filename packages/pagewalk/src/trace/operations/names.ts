/**
 * Files and shared memory objects have names in a trace and numbers in its records, from 0 in the order in which they are first
 * mentioned. Files and shared memory objects share the numbers.
 */
export class ObjectNames {
  private readonly numbers = new Map<string, number>();
  private readonly list: string[] = [];

  constructor(names: Iterable<string> = []) {
    for (const name of names) this.number(name);
  }

  get size(): number {
    return this.list.length;
  }

  /** The number of a name, a new one if it was not mentioned before. */
  number(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.list.length);
    return this.list.push(name) - 1;
  }

  /** The number of a name, undefined if it was not mentioned. */
  find(name: string): number | undefined {
    return this.numbers.get(name);
  }

  /** The name with this number; one made of the number if nothing has it. */
  name(number: number | bigint): string {
    return this.list[Number(number)] ?? `object${number}`;
  }

  [Symbol.iterator](): IterableIterator<string> {
    return this.list[Symbol.iterator]();
  }
}
