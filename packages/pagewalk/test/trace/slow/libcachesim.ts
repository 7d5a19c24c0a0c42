/** docs/formats/libcachesim.md */
import { type LcsField, lcsHeader } from './lcs.ts';
import { Bad, Gathering, LIMIT, MAX_SIZE, type SlowOptions, type SlowReader } from './slow.ts';

const NEVER = [-1n, 2n ** 63n - 1n];
const CHECKED = 2 ** 16;
const WRITES = [3, 4, 5, 6, 7, 8, 10, 11, 13, 14];
const READS = [0, 1, 2, 12];

interface Request {
  readonly time: bigint;
  readonly id: bigint;
  readonly size: bigint;
  readonly op: number;
  /** Null if the format has none. */
  readonly next: bigint | null;
}

interface Layout {
  readonly bytes: number;
  /** Places of size and op in the record, for the faults. */
  readonly idAt: number;
  readonly sizeAt: number;
  readonly opAt: number;
  read(view: DataView, at: number): Request;
}

const ORACLE: Layout = {
  bytes: 24,
  idAt: 4,
  sizeAt: 12,
  opAt: 0,
  read: (view, at) => ({ ...common(view, at), op: 0, next: view.getBigInt64(at + 16, true) }),
};
const OPNS: Layout = {
  bytes: 27,
  idAt: 4,
  sizeAt: 12,
  opAt: 16,
  read: (view, at) => ({
    ...common(view, at),
    op: view.getUint8(at + 16),
    next: view.getBigInt64(at + 19, true),
  }),
};

function common(view: DataView, at: number): Pick<Request, 'time' | 'id' | 'size'> {
  return {
    time: BigInt(view.getUint32(at, true)),
    id: view.getBigUint64(at + 4, true),
    size: BigInt(view.getUint32(at + 12, true)),
  };
}

export const slowOracleGeneral: SlowReader = (bytes, lenient, options) =>
  requests(bytes, 0, lenient, ORACLE, options ?? {});
export const slowOracleGeneralOpns: SlowReader = (bytes, lenient, options) =>
  requests(bytes, 0, lenient, OPNS, options ?? {});

/** lcs: a bad header is the only fault of a trace, and ends lenient reading too. */
export const slowLcs: SlowReader = (bytes, lenient, options) => {
  if (bytes.length === 0) return new Gathering();
  const header = lcsHeader(bytes);
  if ('what' in header) {
    const out = new Gathering();
    out.faults.push(header);
    return out;
  }
  const { id, size, op, time, next } = header;
  const layout: Layout = {
    bytes: header.record,
    idAt: id.at,
    sizeAt: size?.at ?? 0,
    opAt: op?.at ?? 0,
    read: (view, at) => ({
      time: time === null ? 0n : BigInt.asUintN(64, fieldAt(view, at, time)),
      id: BigInt.asUintN(64, fieldAt(view, at, id)),
      size: size === null ? 1n : fieldAt(view, at, size),
      op:
        op === null
          ? 0
          : Number(op.letter === op.letter.toUpperCase() ? fieldAt(view, at, op) : signedOp(fieldAt(view, at, op))),
      next: next === null ? null : fieldAt(view, at, next),
    }),
  };
  return requests(bytes, header.bytes, lenient, layout, options ?? {});
};

/** -1 of a field with a sign is the op 255. */
const signedOp = (value: bigint): bigint => (value === -1n ? 255n : value);

function fieldAt(view: DataView, record: number, { at, letter }: LcsField): bigint {
  const place = record + at;
  if (letter === 'c' || letter === 'b') return BigInt(view.getInt8(place));
  if (letter === 'B') return BigInt(view.getUint8(place));
  if (letter === 'h') return BigInt(view.getInt16(place, true));
  if (letter === 'H') return BigInt(view.getUint16(place, true));
  if (letter === 'i' || letter === 'l') return BigInt(view.getInt32(place, true));
  if (letter === 'I' || letter === 'L') return BigInt(view.getUint32(place, true));
  return letter === 'q' ? view.getBigInt64(place, true) : view.getBigUint64(place, true);
}

const SCALE = { page: 4096n, byte: 1n, lbn512: 512n };

function addressOf(id: bigint, idIs: keyof typeof SCALE, idAt: number, what: string): bigint {
  const address = id * SCALE[idIs];
  if (address >= LIMIT) throw new Bad(idAt, what);
  return address;
}

function sizeOf(size: bigint, split: boolean | undefined, sizeAt: number): bigint {
  if (size < 0n || (split && size > MAX_SIZE)) throw new Bad(sizeAt, 'size');
  return split ? size || 1n : 1n;
}

function requests(bytes: Uint8Array, from: number, lenient: boolean, layout: Layout, options: SlowOptions): Gathering {
  const { idIs = 'page', split } = options;
  const out = new Gathering();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const good: Request[] = [];
  for (let at = from, number = 1; at < bytes.length; at += layout.bytes, number++) {
    const whole = at + layout.bytes <= bytes.length;
    const ok = out.try(number, at, () => {
      if (!whole) throw new Bad(0, 'truncated record');
      const request = layout.read(view, at);
      const { op } = request;
      if (op !== 9 && op !== 255 && !READS.includes(op) && !WRITES.includes(op)) throw new Bad(layout.opAt, 'op');
      const kind = op === 9 ? 'deletes' : op === 255 ? 'invalid_ops' : null;
      if (kind !== null) out.leave(kind);
      else {
        const address = addressOf(request.id, idIs, layout.idAt, 'id');
        const size = sizeOf(request.size, split, layout.sizeAt);
        out.put(WRITES.includes(op) ? 'write' : 'read', address, size);
      }
      good.push(request);
    });
    if (ok) continue;
    if (!lenient) break;
    if (!whole) out.tail = bytes.length - at;
  }
  timeFacts(out, good);
  nextFact(out, good);
  return out;
}

function timeFacts(out: Gathering, good: readonly Request[]): undefined {
  if (good.length === 0) return;
  out.facts['first_time'] = Number(good[0]!.time);
  out.facts['last_time'] = Number(good.at(-1)!.time);
  const backwards = good.filter(({ time }, i) => i > 0 && time < good[i - 1]!.time).length;
  if (backwards > 0) out.facts['times_backwards'] = backwards;
}

/** Numbers of requests go on behind bad ones "as if they had been there": these are left out of the good ones only. */
function nextFact(out: Gathering, good: readonly Request[]): undefined {
  if (good[0]?.next === null || good.length > CHECKED) return;
  let checked = 0;
  let byIndex = 0;
  let byDistance = 0;
  for (const [index, { id, next }] of good.entries()) {
    const again = good.findIndex((other, i) => i > index && other.id === id);
    checked++;
    if (NEVER.includes(next!)) {
      if (again < 0) {
        byIndex++;
        byDistance++;
      }
    } else if (again >= 0) {
      if (next === BigInt(again + 1)) byIndex++;
      if (next === BigInt(again - index)) byDistance++;
    }
  }
  if (checked === 0) return;
  if (byIndex === checked) out.facts['next'] = 'index';
  else if (byDistance === checked) out.facts['next'] = 'distance';
  else out.facts['next'] = `wrong in ${checked - Math.max(byIndex, byDistance)} of ${checked}`;
}

const VSCSI_READS = [0x08, 0x28, 0x88, 0xa8];
const VSCSI_WRITES = [0x0a, 0x2a, 0x8a, 0xaa];

/** Which version it is follows from the first records as a whole; the damaged ones among them may leave it open. */
export const slowVscsi =
  (version: 1 | 2): SlowReader =>
  (bytes, lenient, { idIs = 'lbn512', split = false } = {}) => {
    const out = new Gathering();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = version === 1 ? 32 : 40;
    const times: bigint[] = [];
    for (let at = 0, number = 1; at < bytes.length; at += size, number++) {
      const whole = at + size <= bytes.length;
      const ok = out.try(number, at, () => {
        if (!whole) throw new Bad(0, 'truncated record');
        const place = version === 1 ? { cmd: 12, ver: 14, len: 4 } : { cmd: 0, ver: 2, len: 8 };
        if (view.getUint16(at + place.ver, true) >> 8 !== version) throw new Bad(place.ver + 1, 'version');
        const cmd = view.getUint16(at + place.cmd, true);
        const isRead = VSCSI_READS.includes(cmd);
        if (!isRead && !VSCSI_WRITES.includes(cmd)) out.leave('other_commands');
        else {
          const address = addressOf(view.getBigUint64(at + 16, true), idIs, 16, 'lbn');
          out.put(isRead ? 'read' : 'write', address, split ? view.getUint32(at + place.len, true) || 1 : 1);
        }
        times.push(view.getBigUint64(at + 24, true));
      });
      if (ok) continue;
      if (!lenient) break;
      if (!whole) out.tail = bytes.length - at;
    }
    return out;
  };
