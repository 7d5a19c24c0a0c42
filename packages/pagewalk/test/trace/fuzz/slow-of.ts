/** The slow reader of each reader in trace.wasm, called with the numbers that `beginReading` finds as options. */
import type { FuzzedReader } from '../../../../../fuzz/readers.ts';
import { slowMsr, slowTencent } from '../slow/block-csv.ts';
import { slowChampsim, slowCloudsuite } from '../slow/champsim.ts';
import { slowDinero, slowDineroExtended } from '../slow/dinero.ts';
import { slowDrmemtrace } from '../slow/drmemtrace.ts';
import { slowGem5Text } from '../slow/gem5-text.ts';
import { slowLcs, slowOracleGeneral, slowOracleGeneralOpns, slowVscsi } from '../slow/libcachesim.ts';
import { latin1, type SlowFault, type SlowRecord } from '../slow/slow.ts';
import { slowView } from '../slow/view.ts';
import { type SlowRead as LineRead, slowLackey, slowReference, slowText } from '../slow-readers.ts';

export interface Expected {
  readonly records: readonly SlowRecord[];
  readonly faults: readonly Pick<SlowFault, 'place' | 'byte' | 'isInHeader'>[];
}

type Slow = (trace: Uint8Array, lenient: boolean, options: readonly number[]) => Expected | null;

const ofLines =
  (read: (text: string, options: readonly number[]) => (lenient: boolean) => LineRead): Slow =>
  (trace, lenient, options) => {
    const { records, faults } = read(latin1(trace), options)(lenient);
    return { records, faults: faults.map(({ line, byte }) => ({ place: line, byte })) };
  };

const ID_IS: Readonly<Record<number, 'page' | 'byte' | 'lbn512'>> = { 12: 'page', 9: 'lbn512', 0: 'byte' };
const REQUESTS = [slowOracleGeneral, slowOracleGeneralOpns, slowLcs];

const lackey = ofLines((text, [both]) => slowLackey(text, both === 1));

/** Those whose options the slow one cannot follow are left out, as `null` if it depends on the options. */
export const SLOW: Partial<Record<FuzzedReader['name'], Slow>> = {
  text: ofLines((text) => slowText(text)),
  // System calls in a log are for the host.
  lackey: (trace, lenient, options) =>
    /SYSCALL\[| --> \[/.test(latin1(trace)) ? null : lackey(trace, lenient, options),
  reference: ofLines((text, [shift = 12]) => slowReference(text, 1n << BigInt(shift))),
  dinero: (trace, lenient) => slowDinero(trace, lenient),
  dinero_extended: (trace, lenient) => slowDineroExtended(trace, lenient),
  drmemtrace_view: (trace, lenient) => slowView(trace, lenient),
  msr: (trace, lenient, [split]) => slowMsr(trace, lenient, { split: split === 1 }),
  gem5_text: (trace, lenient) => slowGem5Text(trace, lenient),
  tencent: (trace, lenient, [split]) => slowTencent(trace, lenient, { split: split === 1 }),
  // Neither merged threads nor physical addresses.
  drmemtrace: (trace, lenient, [merged, v2p]) => (merged || v2p ? null : slowDrmemtrace(trace, lenient)),
  champsim: (trace, lenient) => slowChampsim(trace, lenient),
  cloudsuite: (trace, lenient) => slowCloudsuite(trace, lenient),
  requests: (trace, lenient, [layout = 0, shift = 12, split]) =>
    REQUESTS[layout]!(trace, lenient, { idIs: ID_IS[shift]!, split: split === 1 }),
  vscsi: (trace, lenient, [shift = 9, split, version]) =>
    slowVscsi(version === 1 ? 1 : 2)(trace, lenient, { idIs: ID_IS[shift]!, split: split === 1 }),
};
