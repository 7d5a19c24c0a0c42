import { joined } from '../halves.ts';
import type { Head } from '../head.ts';
import { ID_OPTIONS, idOptions, idSettings } from '../object-ids.ts';
import { byRecords } from '../record-likeness.ts';
import type { TraceFormat } from './format.ts';

const USUAL = 'lbn512';
const COMMANDS = new Set([0x08, 0x0a, 0x28, 0x2a, 0x88, 0x8a, 0xa8, 0xaa]);
const LARGEST = 2 ** 30;

export const vscsi: TraceFormat = {
  name: 'vscsi',
  shape: "vscsiStats' records of 32 or 40 bytes: SCSI commands",
  unit: 'record',
  likeness: (head) => Math.max(versionLikeness(head, 1), versionLikeness(head, 2)),
  wasm: {
    reader: 'vscsi',
    options: (options, head) => [...idOptions(options, USUAL), versionOf(head)],
    leftOut: ['other_commands'],
    facts: ['version', 'first_low', 'first_high', 'last_low', 'last_high'],
    tell: ({ first_low, first_high = 0, last_low, last_high = 0, ...told }) => ({
      ...told,
      ...(first_low === undefined ? {} : { first_time: joined(first_low, first_high) }),
      ...(last_low === undefined ? {} : { last_time: joined(last_low, last_high) }),
    }),
  },
  uses: ID_OPTIONS,
  settings: (options) => idSettings(options, USUAL),
  notes: ['block I/O below the page cache'],
};

/** Of the first records; of the first one alone if it is cut. */
function versionOf(head: Head): 1 | 2 {
  const first = versionLikeness(head, 1);
  const second = versionLikeness(head, 2);
  if (first !== second) return first > second ? 1 : 2;
  return head.bytes[3] === 2 && head.bytes[15] !== 1 ? 2 : 1;
}

function versionLikeness(head: Head, version: 1 | 2): number {
  const [bytes, cmd, len] = version === 1 ? [32, 12, 4] : [40, 0, 8];
  return byRecords(head, bytes, (view, at) => {
    if (view.getUint8(at + cmd + 3) !== version) return 0;
    if (view.getUint32(at + len, true) > LARGEST) return 0.3;
    return COMMANDS.has(view.getUint16(at + cmd, true)) ? 1 : 0.6;
  });
}
