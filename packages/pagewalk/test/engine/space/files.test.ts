/** Files in memory: one cache for all who map them, private copies, the end of the file, and what goes back to it. */
import { describe, expect, test } from 'vitest';
import { shows } from '../../support/scenes.ts';

describe('a file', () => {
  test('3 major faults, 3 minor ones, 1 copy; to evict all of it costs one write to swap', () => {
    shows(`
      1 mmap 0+3 r-- shared file 0    |                                  | 0 | 1:
      2 mmap 0+3 rw- private file 0   |                                  | 0 | 1: 2:
      1 R 0-2                         | 3 file_read                      | 3 | 1:abc 2:
      2 R 0-2                         | 3 map                            | 3 | 1:abc 2:abc
      2 W 1                           | 1 cow, 1 copied                  | 4 | 1:abc 2:aDc
      2 madvise 0+3 pageout           | 1 swapped out, 2 dropped, in file | 1 | 1:.b 2:.~
      1 madvise 0+3 pageout           | 1 dropped, in file               | 0 | 1: 2:.~`);
  });

  test('a page wholly behind the end is a bus error, the rest of the last page is not', () => {
    shows(`
      1 ftruncate 0 1:100             |               | 0 | 1:
      1 mmap 0+3 rw- shared file 0    |               | 0 | 1:
      1 R 1:4000                      | 1 file_read   | 1 | 1:.a
      1 R 2                           | 1 bus_error   | 1 | 1:.a
      1 W 2                           | 1 bus_error   | 1 | 1:.a
      1 ftruncate 0 0:1               |               | 0 | 1:
      1 R 1                           | 1 bus_error   | 0 | 1:`);
  });

  test('a first write tells that the page gets dirty; msync makes the next one tell it again', () => {
    shows(`
      1 mmap 0+1 rw- shared file 0    |                              | 0 | 1:
      1 R 0                           | 1 file_read                  | 1 | 1:a
      1 W 0                           | 1 write_notify               | 1 | 1:A
      1 W 0                           |                              | 1 | 1:A
      1 msync 0+1                     | 1 written to file            | 1 | 1:a
      1 W 0                           | 1 write_notify               | 1 | 1:A
      1 munmap 0+1                    |                              | 1 | 1:
      2 mmap 0+1 r-- shared file 0    |                              | 1 | 1: 2:
      2 R 0                           | 1 map                        | 1 | 1: 2:a
      2 madvise 0+1 pageout           | 1 written to file            | 0 | 1: 2:`);
  });

  test('a private copy is anonymous: it goes to swap and no longer sees what is written to the file', () => {
    shows(`
      1 mmap 0+2 rw- private file 0   |                                   | 0 | 1:
      2 mmap 0+2 rw- shared file 0    |                                   | 0 | 1: 2:
      1 W 0                           | 1 file_read, 1 copied             | 2 | 1:A 2:
      2 W 0-1                         | 1 file_read, 1 map                | 3 | 1:A 2:BC
      1 R 0-1                         | 1 map                             | 3 | 1:Ac 2:BC
      1 madvise 0+1 pageout           | 1 swapped out                     | 2 | 1:~c 2:BC
      1 R 0                           | 1 swap_in                         | 3 | 1:Ac 2:BC`);
  });

  test('an executable is read-only and private: never swapped, always dropped', () => {
    const subjects = shows(`
      1 mmap 0+2 r-x private file 0   |                      | 0 | 1:
      1 I 0-1                         | 2 file_read          | 2 | 1:ab
      1 W 0                           | 1 protection         | 2 | 1:ab
      1 fork 2                        |                      | 2 | 1:ab 2:
      2 I 0-1                         | 2 map                | 2 | 1:ab 2:ab
      1 madvise 0+2 pageout           | 2 dropped, in file   | 0 | 1: 2:`);
    for (const subject of subjects) expect(subject.count('swap_outs')).toBe(0);
  });
});
