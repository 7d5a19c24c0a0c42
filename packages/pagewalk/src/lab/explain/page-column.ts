/** A number for each page id, 0 until it is set; it grows with the ids. */
export class PageColumn {
  private values = new Float64Array(1024);

  get(id: number): number {
    return this.values[id] ?? 0;
  }

  set(id: number, value: number): void {
    if (id >= this.values.length) {
      const values = new Float64Array(Math.max(id + 1, this.values.length * 2));
      values.set(this.values);
      this.values = values;
    }
    this.values[id] = value;
  }

  add(id: number): void {
    this.set(id, this.get(id) + 1);
  }
}
