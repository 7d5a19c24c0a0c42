/** Machines in which nothing looks at the number of a page: fully associative TLBs, no page-walk caches, swap that never fills. */
import type { MachineConfig, TlbShape } from '../oracle/config.ts';
import type { Access } from '../oracle/trace.ts';

export function blind(config: MachineConfig): MachineConfig {
  const [first, second] = config.tlbs;
  return {
    ...config,
    vaBits: 48,
    pageShift: 12,
    levels: 4,
    vspace: 0n,
    pwc: [],
    swapSlots: 400,
    tlbs: second === undefined ? [full(first)] : [full(first), full(second)],
    stlb: config.stlb === null ? null : full(config.stlb),
  };
}

function full({ entries, policy }: TlbShape): TlbShape {
  const size = policy === 'plru' ? 2 ** Math.floor(Math.log2(entries + 1)) : entries;
  return { entries: size, ways: policy === 'plru' ? size : Math.max(1, size), policy };
}

/** An access to one page, at an address that such a machine has. */
export const single = (access: Access): Access => ({
  ...access,
  extent: access.folded ? access.extent : 1,
  address: BigInt.asUintN(46, access.address),
});
