/** The slow reader of each reader in trace.wasm, called with the numbers that `beginReading` finds as options. */
import type { ReaderName } from '@pagewalk/engine/catalog';
import { latin1, type SlowFault, type SlowRecord } from '../slow/slow.ts';
import { type SlowRead as LineRead, slowLackey, slowReference, slowText } from '../slow-readers.ts';

export interface Expected {
  readonly records: readonly SlowRecord[];
  readonly faults: readonly Pick<SlowFault, 'place' | 'byte'>[];
}

type Slow = (trace: Uint8Array, lenient: boolean, options: readonly number[]) => Expected;

const ofLines =
  (read: (text: string, options: readonly number[]) => (lenient: boolean) => LineRead): Slow =>
  (trace, lenient, options) => {
    const { records, faults } = read(latin1(trace), options)(lenient);
    return { records, faults: faults.map(({ line, byte }) => ({ place: line, byte })) };
  };

export const SLOW: Partial<Record<ReaderName, Slow>> = {
  text: ofLines((text) => slowText(text)),
  lackey: ofLines((text, [both]) => slowLackey(text, both === 1)),
  reference: ofLines((text, [shift = 12]) => slowReference(text, 1n << BigInt(shift))),
};
