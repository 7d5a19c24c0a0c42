// What one access did, step by step: which TLB was asked, which entries of the page table were read, which fault there was, which page
// had to go. From the root of the project, after ./vmm has prepared it, with Node 22.18 or later:
//
//   node -C source examples/one-access.ts
//
// The machine has two frames. Two pages are written, a third makes one of them go to swap, and coming back to it costs a read.
import { Machine, type Outcome, type TouchOutcome } from 'pagewalk/node';

const machine = await Machine.create({ frames: 2, policy: 'lru', tlb: '4', stlb: 'none', pwc: '2,2,2' });

const ACCESSES = [
  ['write', 0x1000, 8],
  ['write', 0x2000, 8],
  ['read', 0x2ffc, 8],
  ['read', 0x1000, 8],
] as const;
for (const [op, address, size] of ACCESSES) explain(machine.access(1, op, address, size), size);

const { accesses, touches, tlb_misses, walk_refs, minor_faults, major_faults } = machine.counters;
console.log(`${accesses} accesses, ${touches} touches, ${tlb_misses} walks of ${walk_refs} references in all,`);
console.log(`${minor_faults} minor and ${major_faults} major faults, ${machine.time.total_ns} ns`);

function explain(outcome: Outcome, size: number): void {
  const { op, address, touched, ns } = outcome;
  console.log(
    `${op} of ${size} bytes at 0x${address.toString(16)}: ${touched} touch${touched > 1 ? 'es' : ''}, ${ns} ns`,
  );
  for (const touch of outcome.touches) {
    console.log(`  page 0x${touch.page.toString(16)}`);
    for (const line of steps(touch)) console.log(`    ${line}`);
  }
  console.log();
}

/** In the order in which they happen, but that what a fault makes of the table is read with the rest of the walk. */
function steps(touch: TouchOutcome): string[] {
  const { hit, pwc_hit, walk, fault, eviction, frame } = touch;
  if (hit !== null) return [`TLB hit in ${hit}: frame ${frame}`];
  const lines = ['TLB miss'];
  if (pwc_hit !== null) lines.push(`page-walk cache of level ${pwc_hit} hits: the walk begins below it`);
  for (const { level, index, present } of walk) {
    lines.push(`walk: level ${level}, entry ${index}, ${present ? 'present' : 'absent'}`);
  }
  if (fault !== null) lines.push(`fault: ${fault}`);
  if (eviction !== null) {
    const { page, dirty, slot } = eviction;
    const content =
      slot === null ? 'never written, dropped' : `${dirty ? 'dirty, written to' : 'clean, still in'} slot ${slot}`;
    lines.push(`evicted from frame ${eviction.frame}: page 0x${page.toString(16)}, ${content}`);
  }
  lines.push(frame === null ? 'the access fails' : `the page is in frame ${frame}`);
  return lines;
}
