/** The readers of trace.wasm as the fuzzer calls them. */
import { READERS, type ReaderName } from '../packages/engine/catalog/readers.ts';
import { CHAMPSIM, CLOUDSUITE, DRMEMTRACE, REQUESTS, VMT_BLOCKS, VSCSI } from './seeds.ts';

export interface FuzzedReader {
  readonly name: ReaderName | 'vmt';
  /** What `beginReading` calls it. */
  readonly number: number;
  /** The values that each of its options may take. */
  readonly options: readonly (readonly number[])[];
  /** Formats whose samples are traces to begin with. */
  readonly samples: readonly string[];
  /** Traces to begin with, besides the samples of the formats that it reads. */
  readonly seeds: readonly string[];
  /** As long as an input gets: more than the longest line or header. */
  readonly longest: number;
  /** A trace may have a header, which ends lenient reading too if it is bad. */
  readonly hasHeader: boolean;
}

interface Row {
  readonly options?: readonly (readonly number[])[];
  readonly seeds?: readonly string[];
  readonly samples?: readonly string[];
  readonly longest?: number;
  readonly hasHeader?: boolean;
}

const LONGEST = 5000;
/** No column. */
const NONE = 0xffff_ffff;
const SHIFTS = [12, 9, 0];
/** Longer than a line may be. */
const LONG = `${'#'.repeat(4097)}\n`;

const ROWS: Partial<Record<ReaderName, Row>> = {
  text: {
    seeds: [
      '%page 4096\n1 R 0x1000 8\n2 w 4096 x12 # c\r\n16777215 I 0xffffffffffffffff 4294967295\n\n3 R 18446744073709551615\n',
      '1 fork 2\n1 mmap 0x1000 8192 rw- private\n1 R 0x1000\n2 exit\n 1\tW\t0X1f\t7\n',
      `1 R 0x1\n${LONG}1 R 0x2\n`,
      '1 X 0x1\n16777216 R 0x1\n1 R 0x10000000000000000\n1 R 0x1 0\n1 R 0x1 x1\n1 R 0x1 4 5\n%page 3\n1 R',
    ],
  },
  lackey: {
    options: [[0, 1]],
    seeds: [
      '==12== Lackey, an example\nI  04001090,3\n L 1ffefffe78,8\n S 1ffefffe70,8\n M 0421c7cc,4\r\n--12-- x\n**12** y\n',
      ' L 11111111111111111,1\n L 10\n L ,1\n L 10,0\n L 10,4294967296\n X 10,1\n L 0000000000000000010,00000000001\n L 1',
    ],
  },
  reference: {
    options: [[12, 0, 30]],
    seeds: [
      '7,0,1,2,0,3 # the first six\n0x1F\n4\n',
      '1, 2 ,\t3,\n,\n1 2,x,0x\n18446744073709551615\n4503599627370496\n9,',
    ],
  },
  csv: {
    options: [
      [44, 59, 9],
      [0, 1, 2],
      [1, NONE, 0],
      [2, NONE, 1],
      [3, NONE, 0],
      [0, 9, 12],
      [0, 1, 2, 3],
      [0, 1],
    ],
    seeds: [
      'addr,op,size,pid\n0x1000,R,8,1\n 4096 ,\tw, 1,2\r\n"77","2a","0x10","16777215"\n# c\n\n1,2,3,4,5\n0xf,I,1,1\n',
      'a;b\n0x10000000000000000,X\n1;r;0;1\n"1;r;1;1\n18446744073709551615;load;4294967296;1\n";1;1;1\nff\tget\t1\t1\n1;w',
    ],
  },
  msr: { options: [[0, 1]] },
  tencent: { options: [[0, 1]] },
  drmemtrace: {
    options: [
      [0, 1],
      [0, 2],
    ],
    seeds: DRMEMTRACE,
  },
  champsim: { seeds: CHAMPSIM },
  cloudsuite: { seeds: CLOUDSUITE },
  requests: {
    options: [[0, 1, 2], SHIFTS, [0, 1]],
    seeds: REQUESTS,
    longest: 8500,
    hasHeader: true,
    samples: ['lcs', 'oracle_general', 'oracle_general_opns'],
  },
  vscsi: { options: [SHIFTS, [0, 1], [1, 2]], seeds: VSCSI },
};

export const FUZZED: readonly FuzzedReader[] = READERS.map(({ name }, number) => {
  const { options = [], seeds = [], samples = [name], longest = LONGEST, hasHeader = false }: Row = ROWS[name] ?? {};
  return { name, number, options, seeds, samples, longest, hasHeader };
});

/** The decoder of the blocks of .vmt, which is no reader: fuzz/vmt.h. */
export const VMT: FuzzedReader = {
  name: 'vmt',
  number: -1,
  options: [],
  seeds: VMT_BLOCKS,
  samples: [],
  longest: 3000,
  hasHeader: false,
};
