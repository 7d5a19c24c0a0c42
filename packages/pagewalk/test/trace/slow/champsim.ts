/** docs/formats/champsim.md */
import { Bad, Gathering, type SlowReader } from './slow.ts';

interface Layout {
  readonly bytes: number;
  readonly writes: readonly [from: number, count: number];
  readonly reads: readonly [from: number, count: number];
  readonly asid: number | null;
}

const CHAMPSIM: Layout = { bytes: 64, writes: [16, 2], reads: [32, 4], asid: null };
const CLOUDSUITE: Layout = { bytes: 96, writes: [24, 4], reads: [56, 4], asid: 88 };

export const slowChampsim: SlowReader = (bytes, lenient) => read(bytes, lenient, CHAMPSIM);
export const slowCloudsuite: SlowReader = (bytes, lenient) => read(bytes, lenient, CLOUDSUITE);

function read(bytes: Uint8Array, lenient: boolean, layout: Layout): Gathering {
  const out = new Gathering();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let branches = 0;
  let instructions = 0;
  for (let at = 0, number = 1; at < bytes.length; at += layout.bytes, number++) {
    const good = out.try(number, at, () => {
      if (at + layout.bytes > bytes.length) throw new Bad(0, 'truncated record');
      if (view.getUint8(at + 8) > 1) throw new Bad(8, 'is_branch');
      if (view.getUint8(at + 9) > 1) throw new Bad(9, 'branch_taken');
      const pid = layout.asid === null ? 1 : view.getUint16(at + layout.asid, true);
      const addresses = ([from, count]: readonly [number, number]): bigint[] =>
        Array.from({ length: count }, (_, i) => view.getBigUint64(at + from + 8 * i, true)).filter(
          (word) => word !== 0n,
        );
      out.put('ifetch', view.getBigUint64(at, true), 1, pid);
      for (const address of addresses(layout.reads)) out.put('read', address, 1, pid);
      for (const address of addresses(layout.writes)) out.put('write', address, 1, pid);
      instructions++;
      branches += view.getUint8(at + 8);
    });
    if (good) continue;
    if (!lenient) break;
    if (at + layout.bytes > bytes.length) out.tail = bytes.length - at;
  }
  Object.assign(out.facts, { instructions, branches });
  return out;
}
