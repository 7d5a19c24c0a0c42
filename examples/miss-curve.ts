// Page faults of one program over the size of memory, a column for each policy: where does it begin to thrash, and would another
// policy help? From the root of the project, after ./vmm has prepared it, with Node 22.18 or later:
//
//   node -C source examples/miss-curve.ts [TRACE]
//
// OPT is the bound that no policy beats. `vmm compare` does the same with more words.
import { comparePolicies, openTrace, parallel, planComparison } from 'pagewalk/node';

const trace = await openTrace(process.argv[2] ?? 'traces/sort.trace.zst');
const plan = planComparison({ policies: 'fifo,clock,clock:bits=2,lru,opt', sizes: '32,64,128,192,256' });
const { policies, memories, runs } = await comparePolicies(trace, plan, { executor: parallel() });

const cells = (values: readonly (string | number)[]): string =>
  values.map((value) => String(value).padStart(13)).join('');
console.log(`page faults of ${trace.name}`);
console.log(cells(['frames', ...policies.map(({ name }) => name)]));
for (const { frames } of memories) {
  const row = runs.filter((run) => run.frames === frames);
  console.log(cells([frames, ...row.map(({ figures }) => figures?.misses ?? '-')]));
}
