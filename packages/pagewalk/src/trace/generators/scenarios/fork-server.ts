import { PAGE, type Scenario, type Script } from './script.ts';

const CODE = 0x400;
const CODE_PAGES = 64;
const HEAP = 0x10000;
/** Accesses of a child between two of the server. */
const SERVER_EVERY = 16;

/** A server with its data in memory forks a child for each request. */
export class ForkServer implements Scenario {
  private readonly script: Script;
  private readonly heap: number;
  private readonly dirty: number;
  /** Accesses of one child. */
  private readonly request: number;
  private readonly mostAlive: number;
  private readonly alive: number[] = [];
  private lastPid = 1;

  constructor(script: Script) {
    this.script = script;
    const { accesses, pages, processes } = script.settings;
    this.heap = Math.min(script.parameter('heap_pages'), pages);
    this.dirty = Math.min(script.parameter('dirty_pages'), this.heap);
    const loading = Math.min(this.heap, Math.floor(accesses / 4));
    this.request = Math.max(1, Math.ceil((accesses - loading) / script.parameter('children')));
    this.mostAlive = Math.max(1, processes - 1);
    script.ftruncate(1, 'server', CODE_PAGES * PAGE);
    script.mmap(1, { address: CODE * PAGE, length: CODE_PAGES * PAGE, protection: 'r-x', file: 'server' });
    script.mmap(1, { address: HEAP * PAGE, length: this.heap * PAGE });
    for (let page = 0; page < loading; page++) script.write(1, HEAP + page, 0);
  }

  step(): void {
    const { script, alive } = this;
    if (alive.length === this.mostAlive) script.exit(alive.shift() as number);
    const child = ++this.lastPid;
    script.fork(1, child);
    alive.push(child);
    const first = script.random.below(this.heap - this.dirty + 1);
    for (let i = 0; i < this.request && script.left > 0; i++) {
      const pid = script.random.pick(alive);
      if (i % SERVER_EVERY === 0) script.use(1, HEAP + script.random.skewed(this.heap));
      else if (script.random.chance(0.25)) script.fetch(pid, CODE + script.random.skewed(CODE_PAGES));
      else if (script.random.chance(script.settings.writeRatio)) {
        script.write(pid, HEAP + first + script.random.below(this.dirty));
      } else script.read(pid, HEAP + script.random.skewed(this.heap));
    }
  }

  finish(): void {
    for (const child of this.alive) this.script.exit(child);
    this.script.exit(1);
  }
}
