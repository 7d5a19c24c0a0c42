/** Model and engine as what a scene is played with. */
import { MACHINE } from '../oracle/space/counts.ts';
import type { Entry } from '../oracle/space/memory.ts';
import { type SpaceConfig, SpaceModel } from '../oracle/space/model.ts';
import type { Shown, Subject } from './scene.ts';
import type { SpaceEngine } from './space-engine.ts';

export function modelSubject(config: SpaceConfig): Subject & { model: SpaceModel } {
  const model = new SpaceModel(config);
  return {
    model,
    step: (step) => model.step(step)[0] ?? null,
    count: (name) => model.counts.get(MACHINE, name),
    framesInUse: () => model.sharing.framesInUse().size,
    processes: () =>
      model.processes.map(({ pid, alive, pages }) => ({
        pid,
        pages: alive ? new Map([...pages].map(([page, entry]) => [page, shown(entry)])) : null,
      })),
    memory: () => model.living.map((process) => model.memoryOf(process)),
  };
}

function shown(entry: Entry): Shown {
  if (entry.kind === 'frame') return { frame: entry.frame, zero: false, writable: entry.writable };
  return { frame: null, zero: entry.kind === 'zero', writable: false };
}

/** A frame of the engine may be used again for something else: a letter stands for the frame and the page first seen in it. */
export function engineSubject(engine: SpaceEngine): Subject {
  const gone = new Set<number>();
  return {
    step: (step) => {
      const error = engine.step(step);
      if (error === null && step.kind === 'operation' && step.name === 'exit') gone.add(step.pid);
      return error;
    },
    count: (name) => (engine.counters() as Record<string, number>)[name] ?? 0,
    framesInUse: () => engine.framesInUse(),
    processes: () =>
      engine.pids.map((pid, slot) => ({ pid, pages: gone.has(pid) ? null : new Map(engine.places(slot)) })),
    memory: () =>
      [...engine.pids.entries()].filter(([, pid]) => !gone.has(pid)).map(([slot]) => memoryOf(engine, slot)),
  };
}

function memoryOf(engine: SpaceEngine, slot: number): { rss: number; pss: number; uss: number } {
  const references = engine.view('frame_references') as number[];
  const mapped = [...engine.places(slot).values()].flatMap(({ frame }) =>
    frame === null ? [] : [references[frame] as number],
  );
  return {
    rss: mapped.length,
    pss: mapped.reduce((sum, shares) => sum + 1 / shares, 0),
    uss: mapped.filter((shares) => shares === 1).length,
  };
}
