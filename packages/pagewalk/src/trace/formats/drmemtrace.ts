import { joined } from '../halves.ts';
import { BY_MARKERS, readPageFrames } from '../page-frames.ts';
import { byRecords, type Judge, looksLikeAddress } from '../record-likeness.ts';
import type { ReadOptions, TraceFormat, WasmReading } from './format.ts';

const BYTES = 12;
const LAST_TYPE = 49;
const MOST_SIZE = 4096;
/** Ids of threads and processes are smaller. */
const HIGH_ID = 2 ** 22;
const HEADER = 25;

/** Bits of the file type that say something of what is in the trace. */
const FILE_TYPES: readonly (readonly [number, string])[] = [
  [0x01, 'filtered'],
  [0x02, 'no optimisations'],
  [0x04, 'instructions only'],
  [0x08, 'aarch64'],
  [0x10, 'arm'],
  [0x20, 'i386'],
  [0x40, 'x86_64'],
  [0x80, 'instructions filtered'],
  [0x100, 'data filtered'],
  [0x200, 'encodings'],
  [0x400, 'system call numbers'],
  [0x800, 'blocking system calls'],
  [0x1000, 'kernel'],
  [0x2000, 'filtered at first'],
];

const reading: WasmReading = {
  reader: 'drmemtrace',
  options: ({ v2p }) => [0, v2p === undefined ? 0 : v2p === BY_MARKERS ? 2 : 1],
  prepare: (wasm, { v2p }) => {
    if (v2p === undefined || v2p === BY_MARKERS) return;
    const { pageBytes, mappings } = readPageFrames(v2p);
    wasm.beginMapping(Math.log2(pageBytes));
    for (const [virtual, physical] of mappings) wasm.mapPage(virtual, physical);
  },
  leftOut: [
    'prefetches',
    'hardware_prefetches',
    'flushes',
    'encodings',
    'unfetched_instructions',
    'bare_addresses',
    'thread_records',
    'headers_and_footers',
    'kernel_markers',
    'timestamps',
    'cpu_markers',
    'function_markers',
    'header_markers',
    'window_markers',
    'address_markers',
    'syscall_markers',
    'chunk_markers',
    'other_markers',
  ],
  facts: [
    'version',
    'file_type',
    'cache_line_size',
    'page_size',
    'threads',
    'processes',
    'first_low',
    'first_high',
    'last_low',
    'last_high',
    'footer',
  ],
  tell: (told) => {
    const { first_low, first_high, last_low, last_high, file_type, footer, ...rest } = told;
    return {
      ...rest,
      ...(file_type === undefined ? {} : { file_type: fileType(file_type) }),
      ...(first_low === undefined ? {} : { first_timestamp: timeText(first_low, first_high ?? 0) }),
      ...(last_low === undefined ? {} : { last_timestamp: timeText(last_low, last_high ?? 0) }),
      ...(footer === undefined ? { footer: 'none' } : {}),
    };
  },
};

export const drmemtrace = {
  name: 'drmemtrace',
  shape: "DynamoRIO's records of 12 bytes: type, size, address",
  unit: 'record',
  likeness: (head) => {
    const likeness = byRecords(head, BYTES, judge);
    const begins = head.bytes.length >= BYTES && head.bytes[0] === HEADER && head.bytes[1] === 0 && head.bytes[4]! < 64;
    return begins && likeness > 0.5 ? 1 : likeness;
  },
  wasm: reading,
  uses: ['v2p'],
  settings: ({ v2p }: ReadOptions) => ({ addresses: v2p === undefined ? 'virtual' : 'physical' }),
} satisfies TraceFormat;

const judge: Judge = (view, at) => {
  const type = view.getUint16(at, true);
  const size = view.getUint16(at + 2, true);
  if (type > LAST_TYPE) return 0;
  if (type === 17) return size >= 1 && size <= 8 ? 1 : 0;
  if (type === 22 || type === 23 || type === 24) {
    return view.getUint32(at + 8, true) === 0 && view.getUint32(at + 4, true) <= HIGH_ID ? 1 : 0.3;
  }
  if (type === 28) return size < 64 ? 1 : 0.5;
  if (type === 25 || type === 26) return view.getUint32(at + 8, true) === 0 ? 1 : 0.3;
  if (type === 47) return size >= 1 && size <= 8 ? 1 : 0.3;
  if (!looksLikeAddress(view, at + 4) || size > MOST_SIZE) return 0.3;
  return size === 0 ? 0.5 : 1;
};

function fileType(bits: number): string {
  const names = FILE_TYPES.filter(([bit]) => Math.floor(bits / bit) % 2 === 1).map(([, name]) => name);
  return `0x${bits.toString(16)}${names.length === 0 ? '' : ` (${names.join(', ')})`}`;
}

/** Microseconds from 1601 to 1970, and to the last moment a date can say. */
const UNIX = 11_644_473_600_000_000n;
const LAST_TIME = 253_402_300_800_000_000n;

function timeText(low: number, high: number): string | number {
  const time = joined(low, high);
  const since = BigInt(time) - UNIX;
  if (since < 0n || since >= LAST_TIME) return time;
  const micros = String(since % 1_000_000n).padStart(6, '0');
  return new Date(Number(since / 1000n)).toISOString().replace(/\.\d+Z$/, `.${micros}Z`);
}
