/** Copy on write, step by step: who shares which frame, and what each write costs. */
import { describe, expect, test } from 'vitest';
import { shows } from '../../support/scenes.ts';

describe('fork', () => {
  test('five faults on protected pages are two copies and three re-uses; six frames at most', () => {
    const subjects = shows(`
      1 W 0-3   | 4 demand_zero     | 4 | 1:ABCD
      1 fork 2  |                   | 4 | 1:abcd 2:abcd
      2 W 0     | 1 cow, 1 copied   | 5 | 1:abcd 2:Ebcd
      1 W 0     | 1 cow, 1 re-used  | 5 | 1:Abcd 2:Ebcd
      1 W 1     | 1 cow, 1 copied   | 6 | 1:AFcd 2:Ebcd
      2 W 1     | 1 cow, 1 re-used  | 6 | 1:AFcd 2:EBcd
      2 exit    |                   | 4 | 1:AFcd 2:x
      1 W 2     | 1 cow, 1 re-used  | 4 | 1:AFCd 2:x`);
    for (const subject of subjects) {
      expect(['cow_faults', 'cow_copies', 'cow_reuses'].map((name) => subject.count(name))).toEqual([5, 2, 3]);
    }
  });

  test('after the child has gone every page costs one more fault, and no frame', () => {
    shows(`
      1 W 0-7   | 8 demand_zero      | 8 | 1:ABCDEFGH
      1 fork 2  |                    | 8 | 1:abcdefgh 2:abcdefgh
      2 exit    |                    | 8 | 1:abcdefgh 2:x
      1 W 0-7   | 8 cow, 8 re-used   | 8 | 1:ABCDEFGH 2:x`);
  });

  test('a grandchild shares with both; the last one left keeps the frame', () => {
    shows(`
      1 W 0     | 1 demand_zero      | 1 | 1:A
      1 fork 2  |                    | 1 | 1:a 2:a
      2 fork 3  |                    | 1 | 1:a 2:a 3:a
      3 W 0     | 1 cow, 1 copied    | 2 | 1:a 2:a 3:B
      1 W 0     | 1 cow, 1 copied    | 3 | 1:C 2:a 3:B
      2 W 0     | 1 cow, 1 re-used   | 3 | 1:C 2:A 3:B`);
  });

  test('reading fresh memory maps the zero page; the write after it is a second fault', () => {
    shows(`
      1 mmap 0+3 rw- private  |                              | 0 | 1:
      1 R 0-1                 | 2 zero_page                  | 0 | 1:00
      1 W 0                   | 1 cow, 1 copied              | 1 | 1:A0
      1 W 2                   | 1 demand_zero                | 2 | 1:A0B
      1 fork 2                |                              | 2 | 1:a0b 2:a0b
      2 W 1                   | 1 cow, 1 copied              | 3 | 1:a0b 2:aCb`);
  });

  test('where writing is not allowed it is a failure, never a copy', () => {
    shows(`
      1 mmap 0+1 rw- private  |                  | 0 | 1:
      1 W 0                   | 1 demand_zero    | 1 | 1:A
      1 mprotect 0+1 r--      |                  | 1 | 1:a
      1 fork 2                |                  | 1 | 1:a 2:a
      2 W 0                   | 1 protection     | 1 | 1:a 2:a
      2 R 0                   |                  | 1 | 1:a 2:a`);
  });

  test('a page in swap is shared by its slot: each of its pages refers to it', () => {
    shows(`
      1 W 0                   | 1 demand_zero               | 1 | 1:A
      1 fork 2                |                             | 1 | 1:a 2:a
      1 madvise 0+1 pageout   | 1 swapped out               | 0 | 1:~ 2:~
      2 fork 3                |                             | 0 | 1:~ 2:~ 3:~
      1 R 0                   | 1 swap_in                   | 1 | 1:a 2:~ 3:~
      2 R 0                   | 1 map                       | 1 | 1:a 2:a 3:~
      2 W 0                   | 1 cow, 1 copied             | 2 | 1:a 2:B 3:~
      3 exit                  |                             | 2 | 1:a 2:B 3:x
      1 W 0                   | 1 cow, 1 re-used            | 2 | 1:A 2:B 3:x`);
  });

  test('eager: fork itself copies, and nothing faults later', () => {
    const eager = { words: { fork_eager: 1 } };
    shows(
      `
      1 W 0-1   | 2 demand_zero | 2 | 1:AB
      1 fork 2  |               | 4 | 1:AB 2:CD
      2 W 0     |               | 4 | 1:AB 2:CD
      1 W 1     |               | 4 | 1:AB 2:CD`,
      eager,
    );
  });
});
