/** Working set: what is in memory is W(t, tau); faults follow from the distances between uses; with too little memory it is LRU. */
import { POLICIES } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { machine } from '../../oracle/config.ts';
import { type Access, draw } from '../../oracle/trace.ts';
import { effort } from '../../support/arbitrary.ts';
import { RawEngine } from '../../support/raw-engine.ts';
import { pageName, pagesAfterEach, references } from './residents.ts';

const BELADY = draw('1 2 3 4 1 2 5 1 2 3 4 5');

const ws = (tau: number, { frames = 40, global = false } = {}) =>
  machine({ policy: 'ws', params: [tau, Number(global)], frames, swapSlots: 1000 });

const run = (config: ReturnType<typeof machine>, trace: readonly Access[]) =>
  new RawEngine(config, trace).advance().counters();

describe('the Belady string', () => {
  test('tau = 3: the pages of the last three references', () => {
    expect(pagesAfterEach(ws(3), BELADY)).toEqual([
      '1',
      '1 2',
      '1 2 3',
      '2 3 4',
      '1 3 4',
      '1 2 4',
      '1 2 5',
      '1 2 5',
      '1 2 5',
      '1 2 3',
      '2 3 4',
      '3 4 5',
    ]);
  });

  test.each([
    [1, 12, 12],
    [2, 12, 23],
    [3, 10, 33],
    [4, 8, 40],
    [5, 7, 44],
  ])('tau = %i: %i faults, %i frames in use summed over the 12 touches', (tau, page_faults, frame_touches) => {
    expect(run(ws(tau), BELADY)).toMatchObject({ page_faults, frame_touches, policy_fallbacks: 0 });
  });
});

describe('theorems', () => {
  const longest = POLICIES.find(({ id }) => id === 'ws')?.params[0]?.max as number;

  test('memory holds W(t, tau) after each touch, of every process in its own time or of all in one', () => {
    fc.assert(
      fc.property(references, fc.integer({ min: 0, max: 30 }), fc.boolean(), (trace, tau, global) => {
        expect(pagesAfterEach(ws(tau, { global }), trace)).toEqual(workingSets(trace, tau, global));
      }),
      effort(60),
    );
  });

  test('a reference faults unless the page was used within the last tau', () => {
    fc.assert(
      fc.property(references, fc.integer({ min: 1, max: 30 }), (trace, tau) => {
        const uses = trace.map(({ address }) => address);
        const hits = uses.filter((page, at) => uses.slice(Math.max(0, at - tau), at).includes(page));
        expect(run(ws(tau, { global: true }), trace.map(ofOne)).page_faults).toBe(trace.length - hits.length);
      }),
      effort(60),
    );
  });

  test('with an endless window it is LRU, every victim a fallback', () => {
    fc.assert(
      fc.property(references, fc.integer({ min: 1, max: 12 }), fc.boolean(), (trace, frames, global) => {
        const found = run(ws(longest, { frames, global }), trace);
        const lru = run(machine({ policy: 'lru', frames, swapSlots: 1000 }), trace);
        expect(found.page_faults).toBe(lru.page_faults);
        expect([found.released_pages, found.policy_fallbacks]).toEqual([0, lru.evictions]);
      }),
      effort(60),
    );
  });
});

const ofOne = (access: Access): Access => ({ ...access, pid: 1 });

/** W(t, tau) after each reference by its definition. */
function workingSets(trace: readonly Access[], tau: number, global: boolean): string[] {
  return trace.map((_, at) => {
    const past = trace.slice(0, at + 1);
    const pids = [...new Set(past.map(({ pid }) => pid))];
    const windows = global
      ? [past.slice(Math.max(0, past.length - tau))]
      : pids.map((pid) =>
          lastOf(
            past.filter((access) => access.pid === pid),
            tau,
          ),
        );
    const pages = new Set(windows.flat().map(({ pid, address }) => pageName(pid, address >> 12n)));
    return [...pages].toSorted().join(' ');
  });
}

const lastOf = (trace: Access[], count: number) => trace.slice(Math.max(0, trace.length - count));
