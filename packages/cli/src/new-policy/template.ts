/** What `vmm new-policy` writes: a small policy that works, with comments that say what is what, and a test of it. */

const CONTRACT = "'pagewalk/policy'";

/** `my-policy` and the like, as the names that the files need. */
export interface Names {
  /** Of the files, without ending. */
  readonly file: string;
  readonly id: string;
  readonly className: string;
}

export function namesOf(name: string): Names {
  const words = name.toLowerCase().split(/[-_]+/);
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  return { file: name, id: words.join('_'), className: words.map(capital).join('') };
}

export const policyText = ({ file, id, className }: Names): string => `\
// A replacement policy. It is AssemblyScript: TypeScript with machine types, without closures, and without allocation once it runs.
// Run it with \`vmm run TRACE --policy ./${file}.ts\`, with a parameter \`--policy ./${file}.ts:protected=50\`.
import { Column, column, Frame, Lists, NONE, PageKey, Policy, PolicyContext } from ${CONTRACT};

/** What the machine has to know of the policy. */
export const policy = {
  id: '${id}',
  // ref-bit: hits only set the frame's ref bit; every-access: onHit is called too; faults-only: neither is looked at.
  observes: 'every-access',
  // What touching again the page touched last may change: never, once, always (which is always right, and slowest).
  repeats: 'once',
  params: [
    {
      name: 'protected',
      default: 80,
      min: 1,
      max: 99,
      meaning: 'percent of the frames for pages that were used again',
    },
  ],
  summary: 'pages that are used again get a segment of their own; the others go first',
  source: 'after Karedla, Love, Wherry 1994, Caching strategies to improve disk system performance',
};

const PROBATION: u32 = 0;
const PROTECTED: u32 = 1;

/** Two lists in order of use: a page enters the first, and goes over to the second when it is used again. */
export class ${className} extends Policy {
  // All state is in fields: columns with one value per frame, and lists of frames.
  private lists: Lists;
  private segment: Column<u8>;
  private room: u32;
  private size: u32 = 0;

  constructor(context: PolicyContext) {
    super(context);
    // Everything is allocated here, nothing later.
    const count = context.frames.count;
    this.lists = new Lists(count, 2);
    this.segment = column<u8>(count);
    // Parameters come in the order of the row above.
    this.room = max<u32>(1, <u32>((<u64>count * context.params.get(0)) / 100));
  }

  /** A page was loaded into the frame. */
  onLoad(frame: Frame, page: PageKey): void {
    this.segment.set(frame, <u8>PROBATION);
    this.lists.pushFront(PROBATION, frame);
  }

  /** The page in the frame was touched. */
  onHit(frame: Frame): void {
    if (this.segment.get(frame) == PROTECTED) {
      this.lists.moveToFront(PROTECTED, frame);
      return;
    }
    if (this.size == this.room) this.demote();
    this.lists.remove(frame);
    this.lists.pushFront(PROTECTED, frame);
    this.segment.set(frame, <u8>PROTECTED);
    this.size++;
  }

  /** The frame is taken from its page: by what \`victim\` said, or because the page is unmapped. */
  onEvict(frame: Frame): void {
    if (this.segment.get(frame) == PROTECTED) this.size--;
    this.lists.remove(frame);
  }

  /** The frame to take next, NONE if there is none. Frames that are not evictable now (pinned, another node's) are passed over. */
  victim(page: PageKey): Frame {
    for (let list = PROBATION; list <= PROTECTED; list++) {
      for (let f = this.lists.back(list); !this.lists.isEnd(f); f = this.lists.before(f)) {
        this.steps++;
        if (this.frames.isEvictable(f)) return f;
      }
    }
    return NONE;
  }

  /** A number per frame for views and \`vmm explain\`. */
  state(frame: Frame): u32 {
    return this.segment.get(frame);
  }

  /** For checks (\`vmm run --debug\`): whether the lists hold this frame exactly while it is resident. */
  agrees(frame: Frame, resident: bool): bool {
    return this.lists.holds(frame) == resident;
  }

  /** The least recently used page of the second segment gets another chance in the first. */
  private demote(): void {
    const last = this.lists.back(PROTECTED);
    this.lists.remove(last);
    this.lists.pushFront(PROBATION, last);
    this.segment.set(last, <u8>PROBATION);
    this.size--;
  }
}
`;

/** `library`: where this command has the library. */
export const testText = ({ file, id }: Names, library: string): string => `\
// Run with \`node --test ${file}.test.ts\`.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

// The library where it is installed, else the one of the \`vmm\` that wrote this file.
const library = await import('pagewalk/node').catch(() => import(${JSON.stringify(library)}));
const { compilePolicy, generate, Machine } = library;

const path = new URL('./${file}.ts', import.meta.url);
const ${camel(id)} = await compilePolicy({ source: await readFile(path, 'utf8'), file: '${file}.ts' });

/** A machine without a TLB, in which reads of pages are all that happens. */
const machineOf = (frames, policy = ${camel(id)}.with()) => Machine.create({ frames, tlb: 'none', policy });

test('pages that were used twice stay when others pass through', async () => {
  const machine = await machineOf(4);
  const read = (page) => machine.access(1, 'read', page * 4096);
  for (const page of [1, 2, 1, 2, 3, 4, 5, 6, 7]) read(page);
  const before = machine.counters.page_faults;
  read(1);
  read(2);
  assert.equal(machine.counters.page_faults, before);
});

test('it holds what it promises on a made trace, and is no better than the optimum', async () => {
  const run = async (policy) => {
    const machine = await machineOf(200, policy);
    await machine.run(await generate({ type: 'working_set', accesses: 200_000, seed: 7 }), { check: true });
    return machine.counters;
  };
  const first = await run();
  assert.deepEqual(await run(), first);
  assert.ok(first.page_faults >= (await run('opt')).page_faults);
});
`;

const camel = (id: string): string => id.replaceAll(/_(.)/g, (_all, letter: string) => letter.toUpperCase());
