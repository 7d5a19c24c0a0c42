/**
 * Can these tests fail? Each oracle here has one fault built in; some random case must tell it from the engine. The last test looks whether
 * the random cases reach every counter at all.
 */
import { CACHE_COUNTERS, COUNTERS, type CounterName } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MachineConfig, TlbShape } from '../oracle/config.ts';
import { Machine } from '../oracle/machine.ts';
import { type Frame, Memory } from '../oracle/memory.ts';
import { COMPARED } from '../oracle/policies/index.ts';
import type { Page } from '../oracle/table.ts';
import type { Touch } from '../oracle/trace.ts';
import { type Case, caseOf, MODELLED_POLICIES, machines } from '../support/arbitrary.ts';
import { between, type Model, pair } from '../support/compare.ts';

const SAMPLE = fc.sample(caseOf(machines(MODELLED_POLICIES), 150), { seed: 20, numRuns: 400 });

/** The oracle of another machine than was asked for. */
function misconfigured(change: (config: MachineConfig) => Partial<MachineConfig>): Model {
  return class extends Machine {
    constructor(config: MachineConfig, future?: readonly number[]) {
      super({ ...config, ...change(config) }, future);
    }
  };
}

/** The oracle with other frames and swap. */
function misremembering(memory: new (...args: ConstructorParameters<typeof Memory>) => Memory): Model {
  return class extends Machine {
    protected override makeMemory(onUnmap: (page: Page) => void): Memory {
      return new memory(this.config, this.tally, onUnmap);
    }
  };
}

const asLru = (shape: TlbShape): TlbShape => (shape.policy === 'plru' ? { ...shape, policy: 'lru' } : shape);

const FAULTS: Record<string, Model> = {
  'LRU evicts in the order of loads': misconfigured(({ policy }) => (policy === 'lru' ? { policy: 'fifo' } : {})),
  'CLOCK reads ref_on_load the wrong way round': misconfigured(({ policy, params: [bits = 1, load = 1] }) =>
    policy === 'clock' ? { params: [bits, 1 - load] } : {},
  ),
  'the tick of aging comes one touch late': misconfigured(({ policy, params: [bits = 8, tick = 1000] }) =>
    policy === 'aging' ? { params: [bits, tick + 1] } : {},
  ),
  'the seed is one too high': misconfigured(({ seed }) => ({ seed: seed + 1n })),
  'tree-PLRU is true LRU': misconfigured(({ tlbs: [first], stlb }) => ({
    tlbs: [asLru(first)],
    stlb: stlb && asLru(stlb),
  })),
  'nothing is flushed on a context switch': misconfigured(() => ({ tagged: true })),
  'the write queue is one longer': misconfigured(({ writeQueue }) => ({ writeQueue: writeQueue + 1 })),
  'one channel serves a request more': misconfigured(({ swapChannels }) => ({ swapChannels: swapChannels + 1 })),

  'the first write does not free the slot': misremembering(
    class extends Memory {
      protected override dirty(frame: Frame): void {
        frame.dirty = true;
      }
    },
  ),
  'a clean page loses its slot when it is evicted': misremembering(
    class extends Memory {
      protected override evict(cause: number, place: number, frame: Frame, page: Page): void {
        if (frame.slot !== null) this.slots.release(frame.slot);
        frame.slot = null;
        super.evict(cause, place, frame, page);
      }
    },
  ),
  'a hit does not set the ref bit': misremembering(
    class extends Memory {
      override use(place: number, write: boolean, nextUse: number): void {
        const { ref } = this.frames[place] as Frame;
        super.use(place, write, nextUse);
        (this.frames[place] as Frame).ref = ref;
      }
    },
  ),
  'slots are taken first-fit': misremembering(
    class extends Memory {
      protected override evict(cause: number, place: number, frame: Frame, page: Page): void {
        (this.slots as unknown as { next: number }).next = 0;
        super.evict(cause, place, frame, page);
      }
    },
  ),
  'the search for clean pages always begins at frame 0': misremembering(
    class extends Memory {
      protected override obtain(asid: number, page: string): number | null {
        (this as unknown as { cleanHand: number }).cleanHand = 0;
        return super.obtain(asid, page);
      }
    },
  ),

  'replacement is never local': misconfigured(() => ({ local: false })),
  'limits do not follow the faults': misconfigured(({ limit }) => ({ limit: { ...limit, interval: 0 } })),
  'what the policy gives back stays': misremembering(
    class extends Memory {
      override release(): void {}
    },
  ),
  'nobody waits for a page that is being written': misremembering(
    class extends Memory {
      protected override evict(cause: number, place: number, frame: Frame, page: Page): void {
        frame.writtenAt = 0;
        super.evict(cause, place, frame, page);
      }
    },
  ),
  'a write to a page that is being written keeps its slot': misremembering(
    class extends Memory {
      protected override dirty(frame: Frame): void {
        const { slot, writing } = frame;
        if (writing) frame.slot = null;
        super.dirty(frame);
        if (writing) frame.slot = slot;
      }
    },
  ),
  'next uses are a touch too late': class extends Machine {
    constructor(config: MachineConfig, future: readonly number[] = []) {
      super(
        config,
        future.map((next) => next + 1),
      );
    }
  },

  'TLB entries outlive their page': class extends Machine {
    override get tlbs() {
      return new Error().stack?.includes('unmap') ? new Map() : super.tlbs;
    }
  },
  'page-walk caches outlive an eviction': class extends Machine {
    protected override unmap(page: Page): void {
      this.walkCaches.dropProcess = () => {};
      super.unmap(page);
    }
  },
  'the second level is not filled by walks': class extends Machine {
    protected override translate(asid: number, touch: Touch): boolean {
      this.secondLevel.fill = () => {};
      return super.translate(asid, touch);
    }
  },
  'canonical addresses are one bit too wide': class extends Machine {
    protected override isValid(touch: Touch): boolean {
      const { vaBits, vspace } = this.config;
      return super.isValid(touch) || (vspace === 0n && touch.address === 1n << BigInt(vaBits - 1));
    }
  },
  'a failed walk is charged to its end': class extends Machine {
    protected override chargeWalk(asid: number, refs: number): void {
      super.chargeWalk(asid, Math.max(refs, this.config.levels === 1 ? 1 : 2));
    }
  },
};

function differences({ config, trace }: Case, model: Model): string[] {
  const both = pair(config, trace, model);
  both.engine.advance();
  both.oracle.run(trace);
  return between(both);
}

const tells = (given: Case, model: Model) =>
  differences(given, model).length > 0 && differences(given, Machine).length === 0;

describe('a fault in the oracle is found', () => {
  test.each(Object.entries(FAULTS))('%s', (_, model) => {
    expect(SAMPLE.some((given) => tells(given, model))).toBe(true);
  });

  test('and no fault is found in the one without', () => {
    expect(SAMPLE.flatMap((given) => differences(given, Machine)[0] ?? [])).toEqual([]);
  });

  test('every counter is reached by some random case', () => {
    const reached = new Set<string>();
    for (const { config, trace } of SAMPLE) {
      const oracle = pair(config, trace).oracle.run(trace);
      const note = (whose: string, counts: object) => {
        for (const [name, value] of Object.entries(counts)) if (value > 0) reached.add(`${whose}${name}`);
      };
      note('', oracle.counters());
      for (const [index, counts] of oracle.cacheCounters()) note(`cache ${index} `, counts);
    }
    // The rows behind are about memory that is shared, and have a model of their own (oracle/space).
    const plain = COUNTERS.slice(0, COUNTERS.findIndex(({ name }) => name === 'verified_reads') + 1);
    const needs: Partial<Record<CounterName, boolean>> = {
      scheduled_writes: COMPARED.some(({ writes }) => writes === true),
      policy_fallbacks: COMPARED.some(({ writes }) => writes === true),
      released_pages: COMPARED.some(({ releases }) => releases === true),
    };
    const wanted = [
      ...plain.map(({ name }) => name).filter((name) => needs[name] !== false),
      'anon_minor_faults',
      'anon_major_faults',
      'swap_clean_drops',
      'zero_drops',
      ...[0, 1, 2, 3, 4, 5, 6].flatMap((index) => CACHE_COUNTERS.map(({ name }) => `cache ${index} ${name}`)),
    ];
    expect(wanted.filter((name) => !reached.has(name))).toEqual([]);
  });
});
