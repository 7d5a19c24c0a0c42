/** docs/formats/drmemtrace.md: one file, without physical addresses. */
import { Bad, Gathering, MAX_PID, type SlowReader } from './slow.ts';

const RECORD = 12;
const MARKERS: readonly (readonly [string, readonly number[]])[] = [
  ['kernel_markers', [0, 1, 13, 24, 27, 28, 34, 35]],
  ['timestamps', [2]],
  ['cpu_markers', [3]],
  ['function_markers', [4, 5, 6, 7]],
  ['header_markers', [9, 10, 12, 18, 20]],
  ['window_markers', [14]],
  ['address_markers', [15, 16, 17]],
  ['syscall_markers', [19, 25, 26, 30, 31]],
  ['chunk_markers', [21, 22]],
];
const between = (type: number, first: number, last: number): boolean => type >= first && type <= last;
const isInstruction = (type: number): boolean => between(type, 10, 16) || [29, 30, 31, 48, 49].includes(type);

export const slowDrmemtrace: SlowReader = (bytes, lenient) => {
  const out = new Gathering();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** Of the last instruction, where the next one of a bundle begins. */
  let next: bigint | null = null;
  /** Address of the last record of an instruction. */
  let last: bigint | null = null;
  let pid = 1;
  let thread: bigint | null = null;
  const pids = new Map<bigint | null, number>();
  const processes = new Set<bigint>();

  function record(at: number): undefined {
    const type = view.getUint16(at, true);
    const size = view.getUint16(at + 2, true);
    const value = view.getBigUint64(at + 4, true);
    const access = size === 0 ? 1 : size;
    if (type === 0) return out.put('read', value, access, pid);
    if (type === 1) return out.put('write', value, access, pid);
    if (between(type, 2, 9) || between(type, 32, 46)) return out.leave('prefetches');
    if (isInstruction(type)) return instruction(type, size, value);
    if (type === 17) return bundle(at, size);
    if (between(type, 18, 21)) return out.leave('flushes');
    if (type === 22) {
      thread = value;
      pid = pids.get(thread) ?? pid;
      pids.set(thread, pid);
      return out.leave('thread_records');
    }
    if (type === 23) return out.leave('thread_records');
    if (type === 24) {
      if (value > BigInt(MAX_PID)) throw new Bad(4, 'pid');
      pid = Number(value);
      pids.set(thread, pid);
      processes.add(value);
      return out.leave('thread_records');
    }
    if (type === 25 || type === 26) return out.leave('headers_and_footers');
    if (type === 27) return out.leave('hardware_prefetches');
    if (type === 28) return out.leave(MARKERS.find(([, subtypes]) => subtypes.includes(size))?.[0] ?? 'other_markers');
    if (type === 47) return out.leave('encodings');
    throw new Bad(0, 'type');
  }

  function instruction(type: number, size: number, address: bigint): undefined {
    if (size === 0) return out.leave('bare_addresses');
    const again = type === 30 && last === address;
    next = BigInt.asUintN(64, address + BigInt(size));
    last = address;
    if (type === 29 || again) out.leave('unfetched_instructions');
    else out.put('ifetch', address, size, pid);
  }

  function bundle(at: number, count: number): undefined {
    if (count === 0 || count > 8) throw new Bad(2, 'bundle');
    const lengths = [...bytes.subarray(at + 4, at + 4 + count)];
    const bare = lengths.indexOf(0);
    if (next === null) throw new Bad(0, 'bundle');
    if (bare >= 0) throw new Bad(4 + bare, 'length');
    for (const length of lengths) {
      out.put('ifetch', next, length, pid);
      next = BigInt.asUintN(64, next + BigInt(length));
    }
  }

  for (let at = 0, number = 1; at < bytes.length; at += RECORD, number++) {
    const whole = at + RECORD <= bytes.length;
    const good = out.try(number, at, () => {
      if (!whole) throw new Bad(0, 'truncated record');
      record(at);
    });
    if (good) continue;
    if (!lenient) break;
    if (!whole) out.tail = bytes.length - at;
  }
  return out;
};
