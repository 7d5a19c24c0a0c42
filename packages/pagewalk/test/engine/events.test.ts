/** The events tell the whole story of a touch, add up to the counters, and change nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { machine } from '../oracle/config.ts';
import { draw } from '../oracle/trace.ts';
import { type Case, caseOf, effort, machines } from '../support/arbitrary.ts';
import { type Event, RawEngine } from '../support/raw-engine.ts';

function watch({ config, trace }: Case): { engine: RawEngine; events: Event[] } {
  const engine = new RawEngine(config, trace);
  const events: Event[] = [];
  engine.abi.setEvents(1);
  engine.onEventsFull = () => void events.push(...engine.drain());
  engine.advance();
  events.push(...engine.drain());
  return { engine, events };
}

/** `kind flag` with the level where there is one, one word group for each event. */
const story = (drawing: string, parts = {}) =>
  watch({ config: machine(parts), trace: draw(drawing) }).events.map(({ time, kind, level, flag, a }) =>
    `${time} ${kind} level ${level} flag ${flag} a ${a}`.replace(' level 0', ''),
  );

describe('the events of one touch', () => {
  const tlb = { entries: 2, ways: 2, policy: 'lru' } as const;

  test('a first touch: lookup, walk to where the table ends, fault, fill, the rest of the walk', () => {
    expect(story('R1', { tlbs: [tlb], levels: 2 })).toEqual([
      '1 access flag 0 a 4096',
      '1 lookup flag 0 a 0',
      '1 walk_step flag 0 a 0',
      '1 fault flag 0 a 0',
      '1 fill flag 0 a 0',
      '1 walk_step level 1 flag 0 a 1',
      '1 done flag 1 a 0',
    ]);
  });

  test('a hit: lookup', () => {
    expect(story('R1 W1', { tlbs: [tlb] }).filter((event) => event.startsWith('2 '))).toEqual([
      '2 access flag 1 a 4096',
      '2 lookup flag 1 a 0',
      '2 done flag 1 a 0',
    ]);
  });

  test('a fault that evicts a dirty page: victim, write-back, eviction, then the fill', () => {
    const kinds = story('W1 R2', { frames: 1, levels: 1 }).filter((event) =>
      /^2 (victim|eviction|write_back|fill)/.test(event),
    );
    expect(kinds.map((event) => event.split(' ')[1]).toSorted((a = '', b = '') => (a < b ? -1 : 1))).toEqual([
      'eviction',
      'fill',
      'victim',
      'write_back',
    ]);
    expect(kinds.at(-1)).toBe('2 fill flag 0 a 0');
    expect(kinds[0]).toBe('2 victim flag 0 a 0');
  });
});

describe('events', () => {
  test('change no counter, and add up to them', () => {
    fc.assert(
      fc.property(caseOf(machines(), 150), (given) => {
        const { engine, events } = watch(given);
        const quiet = new RawEngine(given.config, given.trace).advance();
        const counters = engine.counters();
        expect(counters).toEqual(quiet.counters());
        expect(engine.clock).toEqual(quiet.clock);

        const tally = (kind: Event['kind'], test: (event: Event) => boolean = () => true) =>
          events.filter((event) => event.kind === kind && test(event)).length;
        expect({
          touches: tally('access'),
          walk_refs: tally('walk_step'),
          segfaults: tally('fault', ({ flag }) => flag === 2),
          oom_failures: tally('fault', ({ flag }) => flag === 3),
          page_faults: tally('fill'),
          major_faults: tally('fill', ({ flag }) => flag === 1),
          evictions: tally('eviction'),
          dirty_evictions: tally('eviction', ({ flag }) => flag === 1),
          clean_fallbacks: tally('victim', ({ flag }) => flag === 1),
          swap_outs: tally('write_back'),
          pwc_hits: tally('pwc_lookup', ({ flag }) => flag === 1),
          failed: tally('done', ({ flag }) => flag === 0),
        }).toEqual({
          touches: counters.touches,
          walk_refs: counters.walk_refs,
          segfaults: counters.segfaults,
          oom_failures: counters.oom_failures,
          page_faults: counters.page_faults,
          major_faults: counters.major_faults,
          evictions: counters.evictions,
          dirty_evictions: counters.dirty_evictions,
          clean_fallbacks: counters.clean_fallbacks,
          swap_outs: counters.swap_outs,
          pwc_hits: counters.pwc_hits,
          failed: counters.segfaults + counters.oom_failures,
        });
        expect(events.filter(({ kind }) => kind === 'access').map(({ time }) => time)).toEqual(
          Array.from({ length: counters.touches }, (_, at) => at + 1),
        );
      }),
      effort(40),
    );
  });

  test('a full ring stops inside a record and goes on there', () => {
    const given = { config: machine({ frames: 3 }), trace: draw('R1x30000 W2x20000 R3 R4 R1x10000') };
    const { engine, events } = watch(given);
    expect(events.filter(({ kind }) => kind === 'access')).toHaveLength(60_002);
    expect(engine.counters()).toEqual(new RawEngine(given.config, given.trace).advance().counters());
  });
});
