import { PAGE, type Scenario, type Script } from './script.ts';

const DATA = 0x10_0000;
const TABLE = 0x40_0000;
const COPY = 0x60_0000;
const COPY_PAGES = 16;
/** Pages scanned in one go, and words read of each. */
const STRETCH = 32;
const WORDS = 4;
const LOOKUPS = 8;

/** Every process scans one file from its beginning to its end, over and over, and uses another one and a private copy of a third. */
export class FileScan implements Scenario {
  private readonly script: Script;
  private readonly pages: number;
  private readonly table: number;
  private readonly sync: number;
  private readonly at: number[];
  private turn = 0;
  private synced: number;

  constructor(script: Script) {
    this.script = script;
    const { pages, processes, accesses } = script.settings;
    this.pages = Math.min(script.parameter('file_pages'), pages);
    this.table = Math.min(script.parameter('table_pages'), pages);
    this.sync = script.parameter('sync');
    this.synced = accesses;
    this.at = Array.from({ length: processes }, (_, index) => Math.floor((index * this.pages) / processes));
    script.ftruncate(1, 'data', this.pages * PAGE);
    script.ftruncate(1, 'table', this.table * PAGE);
    script.ftruncate(1, 'settings', COPY_PAGES * PAGE);
    for (let pid = 1; pid <= processes; pid++) {
      script.mmap(pid, {
        address: DATA * PAGE,
        length: this.pages * PAGE,
        protection: 'r--',
        shared: true,
        file: 'data',
      });
      script.madvise(pid, DATA * PAGE, this.pages * PAGE, 'sequential');
      script.mmap(pid, { address: TABLE * PAGE, length: this.table * PAGE, shared: true, file: 'table' });
      script.madvise(pid, TABLE * PAGE, this.table * PAGE, 'random');
      script.mmap(pid, { address: COPY * PAGE, length: COPY_PAGES * PAGE, file: 'settings' });
    }
  }

  step(): void {
    const { script } = this;
    const process = this.turn++ % this.at.length;
    const pid = process + 1;
    for (let n = 0; n < STRETCH; n++) {
      const page = this.at[process] as number;
      for (let word = 0; word < WORDS; word++) script.read(pid, DATA + page, word * 128);
      this.at[process] = (page + 1) % this.pages;
    }
    for (let n = 0; n < LOOKUPS; n++) script.use(pid, TABLE + script.random.skewed(this.table));
    script.use(pid, COPY + script.random.below(COPY_PAGES));
    if (this.synced - script.left < this.sync) return;
    this.synced = script.left;
    script.msync(pid, TABLE * PAGE, this.table * PAGE);
  }

  finish(): void {
    for (let pid = 1; pid <= this.at.length; pid++) {
      this.script.munmap(pid, DATA * PAGE, this.pages * PAGE);
      this.script.exit(pid);
    }
  }
}
