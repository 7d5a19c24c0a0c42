import { Column, column } from '../ds/column';
import {
  MOST_PROBES,
  STAT_ALIAS_BYTES,
  STAT_ALIASES,
  STAT_ANCHOR_BYTES,
  STAT_BUCKETS,
  STAT_BYTES_PEAK,
  STAT_COUNT,
  STAT_ENTRY_BYTES,
  STAT_LOOKUPS,
  STAT_MAPPINGS,
  STAT_MOVES,
  STAT_NODES,
  STAT_PROBES,
  STAT_PROBES_0,
  STAT_PROBES_MAX,
  STAT_REPLACEMENTS,
  STAT_RESIZES,
} from '../gen/page-tables';
import { HardwareTable } from '../pagetable/hardware/table';

/** Fills the block in which a host reads what a hardware page table knows of itself, in the order of TABLE_STATS. */
export class TableStats {
  block: Column<u64>;

  constructor() {
    this.block = column<u64>(STAT_COUNT);
  }

  of(table: HardwareTable): Column<u64> {
    const block = this.block;
    block.set(STAT_LOOKUPS, table.lookups);
    block.set(STAT_PROBES, table.probes);
    block.set(STAT_PROBES_MAX, table.probesMax);
    block.set(STAT_MAPPINGS, table.count());
    block.set(STAT_NODES, table.nodes());
    block.set(STAT_BUCKETS, table.buckets());
    block.set(STAT_ALIASES, table.aliases());
    block.set(STAT_ENTRY_BYTES, table.entryBytes());
    block.set(STAT_ANCHOR_BYTES, table.anchorBytes());
    block.set(STAT_ALIAS_BYTES, table.aliasBytes());
    block.set(STAT_BYTES_PEAK, table.bytesPeak);
    block.set(STAT_RESIZES, table.resizes);
    block.set(STAT_MOVES, table.moves);
    block.set(STAT_REPLACEMENTS, table.replacements);
    for (let bin: u32 = 0; bin <= MOST_PROBES; bin++) block.set(STAT_PROBES_0 + bin, table.histogram.get(bin));
    return block;
  }
}
