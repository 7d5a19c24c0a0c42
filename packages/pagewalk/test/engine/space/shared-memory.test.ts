/** Shared memory: one set of frames behind the pages of several processes. */
import { describe, expect, test } from 'vitest';
import { shows } from '../../support/scenes.ts';

const ATTACHED = `
  1 shm_create 0 4        |                              | 0 | 1:
  1 shm_attach 0 0 rw-    |                              | 0 | 1:
  2 shm_attach 0 0 rw-    |                              | 0 | 1: 2:
  3 shm_attach 0 0 rw-    |                              | 0 | 1: 2: 3:
  1 R 0-3                 | 4 demand_zero                | 4 | 1:ABCD 2: 3:
  2 R 0-3                 | 4 map                        | 4 | 1:ABCD 2:ABCD 3:
  3 R 0-3                 | 4 map                        | 4 | 1:ABCD 2:ABCD 3:ABCD`;

describe('shared memory', () => {
  test('four pages in three processes: 12 faults, 4 that allocate and 8 that map', () => {
    const subjects = shows(ATTACHED);
    for (const subject of subjects) {
      expect(['page_faults', 'minor_faults'].map((name) => subject.count(name))).toEqual([12, 12]);
      for (const { rss, pss, uss } of subject.memory()) {
        expect([rss, uss]).toEqual([4, 0]);
        expect(pss).toBeCloseTo(4 / 3);
      }
    }
  });

  test('evicting one page takes it from all three; 1 major and 2 minor faults bring it back', () => {
    shows(`${ATTACHED}
  1 W 1                   |                              | 4 | 1:ABCD 2:ABCD 3:ABCD
  2 madvise 1+1 pageout   | 1 swapped out                | 3 | 1:A.CD 2:A.CD 3:A.CD
  1 R 1                   | 1 swap_in                    | 4 | 1:ABCD 2:A.CD 3:A.CD
  2 R 1                   | 1 map                        | 4 | 1:ABCD 2:ABCD 3:A.CD
  3 R 1                   | 1 map                        | 4 | 1:ABCD 2:ABCD 3:ABCD`);
  });

  test('rights and addresses are those of each attachment, two in one process too', () => {
    shows(`
      1 shm_create 7 2        |                      | 0 | 1:
      1 shm_attach 7 0 rw-    |                      | 0 | 1:
      1 shm_attach 7 2 r--    |                      | 0 | 1:
      1 W 0                   | 1 demand_zero        | 1 | 1:A
      1 R 2                   | 1 map                | 1 | 1:A.a
      1 W 2                   | 1 protection         | 1 | 1:A.a
      1 shm_attach 7 3 r--    | overlap              | 1 | 1:A.a
      1 shm_detach 0          |                      | 1 | 1:..a
      1 shm_remove 7          |                      | 1 | 1:..a
      2 shm_attach 7 0 rw-    | object_removed       | 1 | 1:..a
      1 shm_detach 2          |                      | 0 | 1:`);
  });

  test('fork adds an attachment: no page is protected, the child finds the same frames by minor faults', () => {
    shows(`
      1 mmap 0+4 rw- shared   |                      | 0 | 1:
      1 W 0-3                 | 4 demand_zero        | 4 | 1:ABCD
      1 fork 2                |                      | 4 | 1:ABCD 2:
      2 W 0-3                 | 4 map                | 4 | 1:ABCD 2:ABCD
      1 exit                  |                      | 4 | 1:x 2:ABCD
      2 exit                  |                      | 0 | 1:x 2:x`);
  });
});
