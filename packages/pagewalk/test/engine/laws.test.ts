/** Laws of counters on random machines. That two runs do not differ which must not, policy by policy, is in `../conformance`. */
import { COUNTERS } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { caseOf, effort, machines } from '../support/arbitrary.ts';
import { RawEngine } from '../support/raw-engine.ts';

describe('laws that need no second run', () => {
  test('the classes of everything add up', () => {
    fc.assert(
      fc.property(caseOf(machines(), 200), ({ config, trace }) => {
        const engine = new RawEngine(config, trace).advance();
        for (const slot of [null, ...engine.pids.keys()]) {
          const c = engine.counters(slot);
          expect(c.reads + c.writes + c.ifetches).toBe(c.accesses);
          expect(c.tlb_hits + c.tlb_misses + c.segfaults).toBe(c.touches);
          expect(c.minor_faults + c.major_faults).toBe(c.page_faults);
          expect(c.demand_zero_faults + c.swap_in_faults).toBe(c.page_faults);
          expect(c.clean_evictions + c.dirty_evictions).toBe(c.evictions);
          expect([c.swap_ins, c.swap_outs]).toEqual([c.major_faults, c.dirty_evictions + c.scheduled_writes]);
          expect(c.released_pages + c.limit_evictions + c.local_fallbacks).toBeLessThanOrEqual(c.evictions);
          expect(c.resident_pages).toBeLessThanOrEqual(c.resident_peak);
        }
        const whole = engine.counters();
        expect(whole.resident_pages).toBe(whole.page_faults - whole.evictions);
        expect(whole.resident_peak).toBeLessThanOrEqual(config.frames);
        expect(whole.frame_touches).toBeLessThanOrEqual(whole.touches * whole.resident_peak);
        expect(whole.swap_slots_peak).toBeLessThanOrEqual(config.swapSlots);
        for (const { name, of } of COUNTERS) {
          if (of === 'machine' || name === 'resident_peak') continue;
          const sum = engine.pids.reduce((total, _, slot) => total + engine.counters(slot)[name], 0);
          expect(sum, name).toBe(whole[name]);
        }
      }),
      effort(60),
    );
  });
});
