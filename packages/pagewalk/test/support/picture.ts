/** Residency over time as a drawing: a column for each access, a row for each frame, a star under each fault. */
import type { MachineConfig } from '../oracle/config.ts';
import type { Access } from '../oracle/trace.ts';
import { RawEngine } from './raw-engine.ts';

export function picture(config: MachineConfig, trace: readonly Access[]): string {
  const engine = new RawEngine(config, trace);
  let faults = 0;
  const columns = trace.map((access) => {
    engine.advance(1);
    const before = faults;
    faults = engine.counters().page_faults;
    const label = `${access.op === 'R' ? '' : access.op}${access.address >> BigInt(config.pageShift)}`;
    return [label, ...engine.frames().map((frame) => `${frame?.page ?? ''}`), faults > before ? '*' : ''];
  });
  const width = Math.max(...columns.flat().map((cell) => cell.length)) + 1;
  const rows = columns[0]?.map((_, row) => columns.map((column) => (column[row] ?? '').padStart(width)).join('')) ?? [];
  return rows.map((row) => row.trimEnd()).join('\n');
}

/** A drawing in a test, without the margin of the source. */
export function drawing(text: string): string {
  const rows = text.replace(/^\n|\n *$/g, '').split('\n');
  const margin = Math.min(...rows.filter((row) => row.trim() !== '').map((row) => row.search(/\S/)));
  return rows.map((row) => row.slice(margin).trimEnd()).join('\n');
}
