/** A trace that comes only once, such as standard input, put aside so that it can be read again and again. */
import { CHUNK_RECORDS, RECORD_BYTES } from './record.ts';
import type { Chunk, TraceSource } from './source.ts';
import { type Spool, type SpoolFactory, standardSpool } from './spool.ts';

export interface SpooledTrace {
  /** The trace from its beginning; several may be open at a time. */
  open(): TraceSource;
  /** Gives the room back; what is open then cannot be read on. */
  close(): Promise<void>;
}

/**
 * Reads the source to its end and closes it.
 *
 * @throws TraceError at bad input.
 */
export async function spooled(source: TraceSource, spools: SpoolFactory = standardSpool): Promise<SpooledTrace> {
  const spool = await spools();
  let records = 0;
  try {
    for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
      await spool.write(records * RECORD_BYTES, chunk.bytes.subarray(0, chunk.records * RECORD_BYTES));
      records += chunk.records;
    }
  } catch (error) {
    await spool.close();
    throw error;
  } finally {
    await source.close();
  }
  return { open: () => reading(source, spool, records), close: () => spool.close() };
}

function reading(source: TraceSource, spool: Spool, records: number): TraceSource {
  const buffer = new Uint8Array(CHUNK_RECORDS * RECORD_BYTES);
  let at = 0;
  return {
    name: source.name,
    format: source.format,
    sizeHint: records,
    foldedPage: source.foldedPage,
    operations: source.operations,
    async next(): Promise<Chunk | null> {
      if (at >= records) return null;
      const count = Math.min(CHUNK_RECORDS, records - at);
      const bytes = buffer.subarray(0, count * RECORD_BYTES);
      await spool.read(at * RECORD_BYTES, bytes);
      at += count;
      return { bytes, records: count };
    },
    info: () => source.info(),
    position: () => at,
    close: async () => {},
  };
}
