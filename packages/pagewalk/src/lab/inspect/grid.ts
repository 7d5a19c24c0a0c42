/**
 * Accesses by place and time, for the picture: rows of neighbouring pages of one process, columns of the timeline. When there are more rows than fit, twice
 * as many pages make a row; when that does not help because there are so many processes, these are not told apart.
 */
import { COLUMNS, joinColumns } from './timeline.ts';

const OPS = 3;
export const ROWS = 2048;
const FIRST_ROWS = 32;

export interface GridRow {
  readonly pid: number;
  /** Number of the group of 2^shift pages. */
  readonly group: number;
  readonly row: number;
}

export class Grid {
  /** Touches by row, column and op. */
  cells = new Uint32Array(FIRST_ROWS * COLUMNS * OPS);
  /** The present column, by row and op: dense, because most accesses go there. */
  readonly now = new Float64Array(ROWS * OPS);
  /** A row has 2^shift pages. */
  shift = 0;
  /** Rows are of one process each. */
  byProcess = true;
  private rows = new Map<string, GridRow>();

  /** The row of a page, -1 if all rows are taken: then `coarsen`, and ask again. */
  rowOf(low: number, high: number, pid: number): number {
    const group = Math.floor((high * 2 ** 32 + low) / 2 ** this.shift);
    const process = this.byProcess ? pid : 0;
    const key = `${process}:${group}`;
    const known = this.rows.get(key);
    if (known) return known.row;
    if (this.rows.size >= ROWS) return -1;
    const row = this.rows.size;
    if ((row + 1) * COLUMNS * OPS > this.cells.length) this.grow();
    this.rows.set(key, { pid: process, group, row });
    return row;
  }

  private grow(): void {
    const more = new Uint32Array(this.cells.length * 2);
    more.set(this.cells);
    this.cells = more;
  }

  /** Rows by process and address. */
  sorted(): GridRow[] {
    return [...this.rows.values()].sort((a, b) => a.pid - b.pid || a.group - b.group);
  }

  /** Makes room for at least a quarter more rows. */
  coarsen(): void {
    let rows = [...this.rows.values()];
    while (rows.length > ROWS * 0.75) {
      const processes = new Set(rows.map(({ pid }) => pid)).size;
      const tellsNoProcess = processes > ROWS / 4;
      if (tellsNoProcess) this.byProcess = false;
      else this.shift++;
      rows = this.joined(rows, tellsNoProcess ? 1 : 2);
    }
    this.rows = new Map(rows.map((row) => [`${row.pid}:${row.group}`, row]));
  }

  /** The present column is full, or the trace has ended. */
  finishColumn(column: number): void {
    for (let row = 0; row < this.rows.size; row++) {
      for (let op = 0; op < OPS; op++) this.cells[(row * COLUMNS + column) * OPS + op] = this.now[row * OPS + op]!;
    }
    this.now.fill(0, 0, this.rows.size * OPS);
  }

  joinColumns(): void {
    for (let row = 0; row < this.rows.size; row++) joinColumns(this.cells, row * COLUMNS * OPS, OPS);
  }

  /** A joined row never stands behind one that goes into it, so they are added up in place. */
  private joined(rows: readonly GridRow[], divisor: number): GridRow[] {
    const size = COLUMNS * OPS;
    const found = new Map<string, GridRow>();
    for (const old of rows) {
      const pid = this.byProcess ? old.pid : 0;
      const group = Math.floor(old.group / divisor);
      const key = `${pid}:${group}`;
      const known = found.get(key);
      const from = old.row * size;
      if (known) {
        const to = known.row * size;
        for (let place = 0; place < size; place++) this.cells[to + place]! += this.cells[from + place]!;
        for (let op = 0; op < OPS; op++) this.now[known.row * OPS + op]! += this.now[old.row * OPS + op]!;
      } else {
        this.now.copyWithin(found.size * OPS, old.row * OPS, (old.row + 1) * OPS);
        this.cells.copyWithin(found.size * size, from, from + size);
        found.set(key, { pid, group, row: found.size });
      }
    }
    this.cells.fill(0, found.size * size);
    this.now.fill(0, found.size * OPS);
    return [...found.values()];
  }
}
