// One build of the engine in a process of its own, warmed up; every message asks for one more round and is answered with its seconds.
import { parseArgs } from 'node:util';
import type { PolicyId } from '@pagewalk/engine/catalog';
import { Engine } from '../simulate/engine.ts';
import { workload } from '../simulate/workloads.ts';

const { values } = parseArgs({
  options: {
    wasm: { type: 'string', default: '' },
    workload: { type: 'string', default: '' },
    policy: { type: 'string', default: '' },
    records: { type: 'string', default: '' },
  },
});
const { frames, chunks } = await workload(values.workload, Number(values.records));
const engine = await Engine.create({ policy: values.policy as PolicyId, frames, swap_slots: 131_072 }, values.wasm);
// Twice: the second time in optimised code from the start.
engine.run(chunks);
const counters = JSON.stringify(engine.result());
engine.reset();
engine.run(chunks);
process.on('message', () => {
  engine.reset();
  process.send?.(engine.run(chunks));
});
process.send?.(counters);
