/** What the model of memory needs to know of a machine. */
import type { MachineConfig } from '../oracle/config.ts';
import type { SpaceConfig } from '../oracle/space/model.ts';

const ZERO_PAGE = ['never', 'mapped', 'always'] as const;

/** Canonical spaces have an upper half, which scripts leave alone. */
export function spaceConfig(config: MachineConfig): SpaceConfig {
  const { pageShift, vaBits, vspace, words = {}, maxProcesses } = config;
  const pageSize = 2 ** pageShift;
  return {
    pageSize,
    pages: vspace > 0n ? Number(vspace) / pageSize : 2 ** (vaBits - 1 - pageShift),
    maxProcesses,
    strict: words.strict_regions === 1,
    zeroPage: ZERO_PAGE[words.zero_page ?? 1] ?? 'mapped',
    eagerFork: words.fork_eager === 1,
    cpus: words.cpus ?? 1,
    nodes: words.nodes ?? 1,
  };
}
