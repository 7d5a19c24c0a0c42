// Page faults of one program over the size of memory, a column for each policy: where does it begin to thrash, and would another
// policy help? From the root of the project, after ./vmm has prepared it, with Node 22.18 or later:
//
//   node -C source examples/miss-curve.ts [TRACE]
//
// OPT is the bound that no policy beats. Takes some ten seconds.
import { Machine, openTrace } from 'pagewalk/node';

const trace = process.argv[2] ?? 'traces/sort.trace.zst';
const POLICIES = ['fifo', 'clock', 'clock:bits=2', 'lru', 'opt'];
const FRAMES = [32, 64, 128, 192, 256];
const WIDTH = 13;

console.log(`page faults of ${trace}`);
console.log(['frames', ...POLICIES].map((title) => title.padStart(WIDTH)).join(''));
for (const frames of FRAMES) {
  const row = [frames];
  for (const policy of POLICIES) {
    const machine = await Machine.create({ frames, policy });
    await machine.run(await openTrace(trace));
    row.push(machine.counters.page_faults);
  }
  console.log(row.map((cell) => String(cell).padStart(WIDTH)).join(''));
}
