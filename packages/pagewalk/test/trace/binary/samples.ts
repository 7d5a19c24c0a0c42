/**
 * The binary files in traces/samples: a loop of ten instructions over an array and the stack, and requests of objects of which some come
 * again. `node write-samples.ts` writes them.
 */
import {
  champsim,
  cloudsuite,
  entry,
  type Instruction,
  joined,
  lcs,
  lcsHeader,
  le,
  marker,
  oldLcsHeader,
  oracleGeneral,
  oracleGeneralOpns,
  type Request,
  vscsi1,
  vscsi2,
} from './pack.ts';

export interface Sample {
  /** Begins with the name of its format. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

const CODE = 0x40_1000;
const ARRAY = 0x55_5570_0f80;
const STACK = 0x7ffe_3a10_1000;
const LENGTHS = [4, 3, 7, 4, 4, 2, 5, 3, 4, 2];
const ROUNDS = 6;

interface Step extends Instruction {
  readonly ip: number;
  readonly length: number;
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

/** Round after round: two reads and a write of the array, a push now and then, a branch back at the end. */
const program: readonly Step[] = Array.from({ length: ROUNDS }, (_, round) =>
  LENGTHS.map((length, index): Step => {
    const ip = CODE + LENGTHS.slice(0, index).reduce((sum, bytes) => sum + bytes, 0);
    const isLast = index === LENGTHS.length - 1;
    const reads = index === 2 ? [ARRAY + round * 24] : index === 4 ? [ARRAY + round * 24 + 8, STACK - 16] : [];
    const writes = index === 5 ? [ARRAY + round * 24 + 16] : index === 7 ? [STACK - 8] : [];
    return { ip, length, reads, writes, isBranch: isLast ? 1 : 0, taken: isLast && round < ROUNDS - 1 ? 1 : 0 };
  }),
).flat();

const PID = 4711;
/** Microseconds since 1601 of a day in 2024. */
const TIME = 13_350_000_000_000_000n;

const steps = (from: number, to: number): number[][] =>
  program
    .slice(from, to)
    .flatMap(({ ip, length, reads, writes, isBranch }) => [
      entry(isBranch ? 49 : 10, length, ip),
      ...reads.map((address) => entry(0, 8, address)),
      ...writes.map((address) => entry(1, 8, address)),
    ]);

const drmemtrace = joined(
  entry(25, 0, 4),
  marker(12, 4),
  marker(9, 0x40),
  entry(22, 4, PID),
  entry(24, 4, PID),
  marker(10, 64),
  marker(18, 4096),
  marker(2, TIME),
  marker(3, 1),
  ...steps(0, 30),
  entry(22, 4, PID + 1),
  entry(24, 4, PID),
  marker(2, TIME + 250n),
  marker(3, 0),
  entry(2, 1, ARRAY + 4096),
  ...steps(30, 60),
  entry(17, 3, 0x02_0304),
  entry(29, 2, CODE),
  entry(23, 4, PID + 1),
  entry(22, 4, PID),
  entry(23, 4, PID),
  entry(26, 0, 0),
);

/** Objects by number; what is asked for at a time. */
const OBJECTS = [3, 8, 3, 21, 8, 8, 5, 3, 144, 21, 55, 8, 3, 5, 1_000_000, 21, 3, 8, 5, 34];

const requests: readonly (Request & { readonly op: number })[] = OBJECTS.map((id, index) => {
  const next = OBJECTS.indexOf(id, index + 1);
  return {
    time: 1000 + index * 3,
    id,
    size: 512 * (id % 16) + 512,
    op: index % 5 === 4 ? 13 : 12,
    next: next < 0 ? -1 : next + 1,
  };
});

const commands = OBJECTS.map((id, index) => ({
  cmd: index === 6 ? 0x35 : index % 5 === 4 ? 0x2a : 0x28,
  lbn: id * 8,
  len: 4096 * (1 + (id % 3)),
  time: 1_700_000_000_000_000 + index * 1500,
}));

const old = oldLcsHeader({ format: '<IQIBq', bytes: 25, id: 2, size: 3, time: 1, next: 5, op: 4 });
const oldRequests = requests.map(({ time = 0, id, size = 0, op, next = 0 }) => [
  ...le(4, time),
  ...le(8, id),
  ...le(4, size),
  op,
  ...le(8, next),
]);

export const SAMPLES: readonly Sample[] = [
  { file: 'drmemtrace.trace', bytes: drmemtrace },
  { file: 'champsim.trace', bytes: joined(...program.map(champsim)) },
  { file: 'cloudsuite.trace', bytes: joined(...program.map((step) => cloudsuite({ ...step, asid: 1 }))) },
  { file: 'oracle_general.bin', bytes: joined(...requests.map(oracleGeneral)) },
  { file: 'oracle_general_opns.bin', bytes: joined(...requests.map(oracleGeneralOpns)) },
  { file: 'lcs.v3.lcs', bytes: joined(lcsHeader(3, requests.length, 9), ...requests.map((row) => lcs(3, row))) },
  { file: 'lcs.old.lcs', bytes: joined(old, ...oldRequests) },
  { file: 'vscsi.v1.bin', bytes: joined(...commands.map(vscsi1)) },
  { file: 'vscsi.v2.bin', bytes: joined(...commands.map(vscsi2)) },
];
