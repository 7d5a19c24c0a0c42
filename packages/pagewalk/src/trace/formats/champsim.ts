import { byRecords, type Judge, looksLikeAddress } from '../record-likeness.ts';
import type { TraceFormat } from './format.ts';

const BYTES = 64;
const NOTES = ['no sizes: every access has 1 byte'];

export const champsim: TraceFormat = {
  name: 'champsim',
  shape: "ChampSim's records of 64 bytes, one an instruction",
  unit: 'record',
  likeness: (head) => byRecords(head, BYTES, instruction([16, 24, 32, 40, 48, 56])),
  wasm: { reader: 'champsim', facts: ['instructions', 'branches'] },
  notes: NOTES,
};

export const cloudsuite: TraceFormat = {
  name: 'cloudsuite',
  shape: "ChampSim's records of 96 bytes for CloudSuite, one an instruction",
  unit: 'record',
  likeness: (head) => byRecords(head, 96, instruction([24, 32, 40, 48, 56, 64, 72, 80], [18, 90])),
  wasm: { reader: 'cloudsuite', facts: ['instructions', 'branches'] },
  notes: NOTES,
};

const LONGEST = 15n;

/**
 * Flags that are 0 or 1, addresses that can be some, an ip, six bytes of padding that are 0; and the instruction is where the one before
 * ends, unless that is a branch. Filters and interrupts break the sequence, so that counts least.
 */
function instruction(slots: readonly number[], paddings: readonly number[] = []): Judge {
  return (view, at, before) => {
    if (view.getUint8(at + 8) > 1 || view.getUint8(at + 9) > 1) return 0;
    if (!looksLikeAddress(view, at) || slots.some((slot) => !looksLikeAddress(view, at + slot))) return 0;
    const ip = view.getBigUint64(at, true);
    if (ip === 0n) return 0;
    const isPadded = paddings.every(
      (padding) => view.getUint32(at + padding, true) === 0 && view.getUint16(at + padding + 4, true) === 0,
    );
    const isNext = before < 0 || view.getUint8(before + 8) === 1 || isBehind(view.getBigUint64(before, true), ip);
    return 1 - (isPadded ? 0 : 0.15) - (isNext ? 0 : 0.15);
  };
}

const isBehind = (before: bigint, ip: bigint): boolean => ip >= before && ip - before <= LONGEST;
