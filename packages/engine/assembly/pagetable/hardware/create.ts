import { TABLE_CLUSTERED, TABLE_HASHED, TABLE_HASHED_OPEN, TABLE_INVERTED } from '../../gen/page-tables';
import { TableArena } from '../table-arena';
import { Clustered } from './clustered';
import { Hashed } from './hashed';
import { HashedOpen } from './hashed-open';
import { Inverted } from './inverted';
import { HardwareTable } from './table';

/**
 * The hardware table of a design, null for radix. `buckets` fixes the number of anchors, or of entries with open addressing; with 0 it follows
 * from the frames: one a frame (hashed, inverted), two (open), one for 16 (clustered), and all but the inverted one grow.
 */
export function createHardwareTable(
  design: u32,
  frames: u32,
  buckets: u32,
  hash: u32,
  aliases: bool,
  arena: TableArena,
): HardwareTable | null {
  const grows = buckets == 0;
  if (design == TABLE_HASHED) return new Hashed(grows ? frames : buckets, hash, grows, arena);
  if (design == TABLE_HASHED_OPEN) return new HashedOpen(grows ? frames * 2 : max<u32>(buckets, 2), hash, grows, arena);
  if (design == TABLE_CLUSTERED) return new Clustered(grows ? (frames + 15) / 16 : buckets, hash, grows, arena);
  if (design == TABLE_INVERTED) return new Inverted(frames, grows ? frames : buckets, hash, aliases, arena);
  return null;
}
