/** Event records of the engine as objects, one shape per row of the catalog; the layout is drawn in catalog/events.ts. */
import { EVENT_BYTES, EVENTS, type EventName, FAULTS, OPERATIONS, type OperationName } from '@pagewalk/engine/catalog';
import { NONE, OPS, type Op, type Pfn, type Pid, type Slot, type Vpn } from './types.ts';

export type FaultName = (typeof FAULTS)[number]['name'];

interface Common {
  /** Virtual time: index of the touch, from 1. */
  readonly time: number;
  readonly pid: Pid;
  readonly page: Vpn;
}

/** What an event says beyond time, pid and page. */
export type EventDetail =
  | { readonly kind: 'access'; readonly op: Op; readonly address: bigint }
  | {
      readonly kind: 'lookup';
      readonly tlb: number;
      readonly hit: boolean;
      readonly set: number;
      readonly frame: Pfn | null;
    }
  | { readonly kind: 'pwc_lookup'; readonly level: number; readonly hit: boolean }
  | { readonly kind: 'walk_step'; readonly level: number; readonly present: boolean; readonly index: number }
  | { readonly kind: 'fault'; readonly fault: FaultName; readonly slot: Slot | null }
  | { readonly kind: 'victim'; readonly frame: Pfn; readonly steps: number; readonly clean_fallback: boolean }
  | { readonly kind: 'eviction'; readonly frame: Pfn; readonly dirty: boolean; readonly slot: Slot | null }
  | { readonly kind: 'write_back'; readonly frame: Pfn; readonly slot: Slot }
  | { readonly kind: 'fill'; readonly frame: Pfn; readonly from_swap: boolean; readonly slot: Slot | null }
  | { readonly kind: 'prefetch'; readonly frame: Pfn; readonly read: boolean; readonly slot: Slot | null }
  | {
      readonly kind: 'operation';
      readonly operation: OperationName;
      /** Its first word. */
      readonly word: bigint;
    }
  | { readonly kind: 'done'; readonly served: boolean; readonly frame: Pfn | null };

export type MachineEvent = Common & EventDetail;

/** The records of a batch, in order. */
export function* decodeEvents(bytes: Uint8Array): Generator<MachineEvent> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += EVENT_BYTES) {
    yield {
      time: Number(view.getBigUint64(at, true)),
      pid: view.getUint32(at + 20, true) as Pid,
      page: view.getBigUint64(at + 8, true) as Vpn,
      ...detail(view, at),
    };
  }
}

function detail(view: DataView, at: number): EventDetail {
  const kind: EventName | undefined = EVENTS[view.getUint8(at + 16)]?.name;
  const level = view.getUint8(at + 17);
  const flag = view.getUint16(at + 18, true);
  const a = view.getUint32(at + 24, true);
  const b = view.getUint32(at + 28, true);
  switch (kind) {
    case 'access':
      return { kind, op: OPS[flag] as Op, address: (BigInt(b) << 32n) | BigInt(a) };
    case 'lookup':
      return { kind, tlb: level, hit: flag === 1, set: a, frame: flag === 1 ? (b as Pfn) : null };
    case 'pwc_lookup':
      return { kind, level, hit: flag === 1 };
    case 'walk_step':
      return { kind, level, present: flag === 1, index: a };
    case 'fault':
      return { kind, fault: FAULTS[flag]?.name as FaultName, slot: orNull<Slot>(b) };
    case 'victim':
      return { kind, frame: a as Pfn, steps: b, clean_fallback: flag === 1 };
    case 'eviction':
      return { kind, frame: a as Pfn, dirty: flag === 1, slot: orNull<Slot>(b) };
    case 'write_back':
      return { kind, frame: a as Pfn, slot: b as Slot };
    case 'fill':
      return { kind, frame: a as Pfn, from_swap: flag === 1, slot: orNull<Slot>(b) };
    case 'prefetch':
      return { kind, frame: a as Pfn, read: flag === 1, slot: orNull<Slot>(b) };
    case 'operation':
      return { kind, operation: OPERATIONS[flag - 1]?.name as OperationName, word: (BigInt(b) << 32n) | BigInt(a) };
    case 'done':
      return { kind, served: flag === 1, frame: orNull<Pfn>(a) };
    case undefined:
      throw new Error(`unknown event ${view.getUint8(at + 16)}`);
  }
}

const orNull = <T extends Pfn | Slot>(value: number): T | null => (value === NONE ? null : (value as T));
