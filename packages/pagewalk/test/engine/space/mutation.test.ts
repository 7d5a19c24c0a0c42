/** Can these tests fail? Each model here has one fault built in; some random script must tell it from the engine. */
import { describe, expect, test } from 'vitest';
import { type Frame, isFrame, Sharing, type Slot } from '../../oracle/space/memory.ts';
import { SpaceModel } from '../../oracle/space/model.ts';
import type { Process } from '../../oracle/space/process.ts';
import type { OperationStep, Step } from '../../oracle/space/step.ts';
import { randomScript } from '../../support/operations.ts';
import { type Model, trial } from '../../support/space-compare.ts';
import { spaceConfig } from '../../support/space-config.ts';
import { ampleMachine, pressedMachine } from '../../support/space-machines.ts';
import { pressureTrial } from '../../support/space-pressure.ts';

const CASES = Array.from({ length: 60 }, (_, seed) => {
  const { config, habits } = ampleMachine(10_000 + seed);
  return { config, steps: randomScript(spaceConfig(config), habits, seed, 150) };
});

const PRESSED = Array.from({ length: 60 }, (_, seed) => {
  const { config, habits } = pressedMachine(20_000 + seed);
  return { config, steps: randomScript(spaceConfig(config), habits, seed, 150) };
});

/** A model that looks at its memory in another way. */
function seeing(sharing: new (...args: ConstructorParameters<typeof Sharing<Process>>) => Sharing<Process>): Model {
  return class extends SpaceModel {
    override get sharing(): Sharing<Process> {
      return new sharing(this.living, this.objects);
    }
  };
}

/** A model that does something more after each operation of this name. */
function after(name: OperationStep['name'], change: (model: SpaceModel, step: OperationStep) => void): Model {
  return class extends SpaceModel {
    override step(step: Step) {
      const errors = super.step(step);
      if (step.kind === 'operation' && step.name === name && errors.length === 0) change(this, step);
      return errors;
    }
  };
}

const entriesOf = (model: SpaceModel, pid: number) => [...(model.process(pid)?.pages ?? [])];

const FAULTS: Record<string, Model> = {
  'the parent may still write after a fork': after('fork', (model, { pid }) => {
    for (const [, entry] of entriesOf(model, pid)) if (entry.kind === 'frame') entry.writable = true;
  }),
  'the child forgets what was in swap': after('fork', (model, { words: [child = 0] }) => {
    for (const [page, entry] of entriesOf(model, child))
      if (entry.kind === 'slot') model.process(child)?.pages.delete(page);
  }),
  'the child inherits locks': after('fork', (model, { pid, words: [child = 0] }) => {
    const [from, to] = [model.process(pid), model.process(child)];
    if (from !== undefined && to !== undefined) to.regions.list = from.regions.list.map((region) => ({ ...region }));
  }),
  'a page shared with a swapped one counts as exclusive': seeing(
    class extends Sharing<Process> {
      override isExclusive(frame: Frame): boolean {
        return frame.object === null && this.mappingsOf(frame).length <= 1;
      }
    },
  ),
  'the last page of a cached file is written in place': seeing(
    class extends Sharing<Process> {
      override isExclusive(frame: Frame): boolean {
        return frame.object === null ? super.isExclusive(frame) : this.mappingsOf(frame).length <= 1;
      }
    },
  ),
  'nobody finds what is in memory by its slot': seeing(
    class extends Sharing<Process> {
      override cached(_slot: Slot): Frame | undefined {
        return undefined;
      }
    },
  ),
  'msync does not protect': after('msync', (model) => {
    for (const { entry } of model.sharing.mappings()) {
      if (entry.kind === 'frame' && entry.frame.object?.kind === 'file') entry.writable = true;
    }
  }),
  'files shrink by a page too much': class extends SpaceModel {
    override isBeyondEnd(...[region, page]: Parameters<SpaceModel['isBeyondEnd']>): boolean {
      return super.isBeyondEnd(region, page) || (region.backing === 'file' && super.isBeyondEnd(region, page + 1));
    }
  },
  'munmap loses what was written to a file': after('munmap', (model) => {
    for (const { pages } of model.objects) for (const page of pages.values()) if (isFrame(page)) page.dirty = false;
  }),
  'exit leaves the heap of others where it was': after('exit', (model) => {
    for (const process of model.living) process.heap = null;
  }),
  'mprotect takes the pages along': after('mprotect', (model, { pid, words: [address = 0] }) => {
    model.process(pid)?.pages.delete(Math.floor(address / model.config.pageSize));
  }),
  'regions are never strict': class extends SpaceModel {
    constructor(config: ConstructorParameters<Model>[0]) {
      super({ ...config, strict: false });
    }
  },
  'the zero page is for all': class extends SpaceModel {
    constructor(config: ConstructorParameters<Model>[0]) {
      super({ ...config, zeroPage: 'always' });
    }
  },
};

/** What can be told where memory is short: other contents, other failures. */
const FAULTS_OF_CONTENTS: Record<string, Model> = {
  'the child sees what the parent writes': after('fork', (model, { pid, words: [child = 0] }) => {
    for (const [page, entry] of entriesOf(model, pid)) {
      if (entry.kind === 'frame') entry.writable = true;
      if (model.process(child)?.pages.has(page)) model.process(child)?.pages.set(page, entry);
    }
  }),
  'an unmapped page comes back': class extends SpaceModel {
    override step(step: Step) {
      const process = this.process(step.pid);
      const before = step.kind === 'operation' && step.name === 'munmap' ? [...(process?.pages ?? [])] : [];
      const errors = super.step(step);
      if (errors.length === 0) for (const [page, entry] of before) process?.pages.set(page, entry);
      return errors;
    }
  },
  'mremap leaves the pages where they were': after('mremap', (model, { pid }) => model.process(pid)?.pages.clear()),
  'files shrink by a page too much': class extends SpaceModel {
    override isBeyondEnd(...[region, page]: Parameters<SpaceModel['isBeyondEnd']>): boolean {
      return super.isBeyondEnd(region, page) || (region.backing === 'file' && super.isBeyondEnd(region, page + 1));
    }
  },
};

describe('a fault in the model is found where memory is short', () => {
  test.each(Object.entries(FAULTS_OF_CONTENTS))('%s', (_, model) => {
    expect(PRESSED.some(({ config, steps }) => pressureTrial(config, steps, false, model).differ.length > 0)).toBe(
      true,
    );
  });
});

describe('a fault in the model is found', () => {
  test.each(Object.entries(FAULTS))('%s', (_, model) => {
    expect(CASES.some(({ config, steps }) => trial(config, steps, false, model).differ.length > 0)).toBe(true);
  });

  test('and none in the one without', () => {
    expect(PRESSED.flatMap(({ config, steps }) => pressureTrial(config, steps).differ)).toEqual([]);
    expect(CASES.flatMap(({ config, steps }) => trial(config, steps).differ)).toEqual([]);
  });
});
