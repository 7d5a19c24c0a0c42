/** Accesses as tests write them, and the touches that they are made of: one for each page that an access reaches into. */
export type Op = 'R' | 'W' | 'I';

export interface Access {
  readonly pid: number;
  readonly op: Op;
  readonly address: bigint;
  /** Bytes of one access; of a folded access, how many accesses to that page it stands for. */
  readonly extent: number;
  readonly folded: boolean;
}

export interface Touch {
  readonly pid: number;
  readonly op: Op;
  /** The first byte touched; 2^64 and above when the access ran over the end of the address space. */
  readonly address: bigint;
  /** Virtual page number: the address without its offset, all 64 - page_shift bits of it. */
  readonly page: bigint;
}

export function touchesOf(access: Access, pageShift: number): Touch[] {
  const { pid, op, address } = access;
  const shift = BigInt(pageShift);
  const first = address >> shift;
  if (access.folded) return Array.from({ length: access.extent }, () => ({ pid, op, address, page: first }));
  const last = (address + BigInt(access.extent) - 1n) >> shift;
  const touches: Touch[] = [];
  for (let page = first; page <= last; page++) {
    touches.push({ pid, op, address: page === first ? address : page << shift, page });
  }
  return touches;
}

/** The same accesses with each folded one written out. */
export function unfolded(trace: readonly Access[]): Access[] {
  return trace.flatMap((access) =>
    access.folded ? Array.from({ length: access.extent }, () => ({ ...access, extent: 1, folded: false })) : [access],
  );
}

/**
 * A trace from a drawing of it: `W1-4 R5 2:I7 R9x3` writes pages 1 to 4, reads page 5, fetches from page 7 as pid 2 and reads page 9 in
 * one folded record of three accesses. The pid is 1 unless given; a bare number is a read.
 */
export function draw(drawing: string, pageShift = 12): Access[] {
  return drawing
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .flatMap((word) => {
      const parts = /^(?:(\d+):)?([RWI])?(\d+)(?:-(\d+))?(?:x(\d+))?$/.exec(word);
      if (parts === null) throw new Error(`not an access: ${word}`);
      const [, pid = '1', op = 'R', from = '0', to = from, times] = parts;
      const trace: Access[] = [];
      for (let page = BigInt(from); page <= BigInt(to); page++) {
        const address = page << BigInt(pageShift);
        trace.push({
          pid: Number(pid),
          op: op as Op,
          address,
          extent: Number(times ?? 1),
          folded: times !== undefined,
        });
      }
      return trace;
    });
}

export function describe(access: Access): string {
  const { pid, op, address, extent, folded } = access;
  return `${pid} ${op} 0x${address.toString(16)} ${folded ? 'x' : ''}${extent}`;
}
