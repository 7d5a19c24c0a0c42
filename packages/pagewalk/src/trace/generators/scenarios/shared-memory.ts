import { PAGE, type Scenario, type Script } from './script.ts';

const NAME = 'buffer';
/** Each process attaches the buffer somewhere else. */
const BUFFER = 0x10_0000;
const APART = 0x20_0000;
const OWN = 0x1000;
const OWN_PAGES = 16;
/** Words of a page that are written and read. */
const MESSAGE = 8;

/** Process 1 writes pages of a buffer in turn, the others read them; each has some memory of its own. */
export class SharedMemory implements Scenario {
  private readonly script: Script;
  private readonly processes: number;
  private readonly pages: number;
  private next = 0;

  constructor(script: Script) {
    this.script = script;
    this.processes = Math.max(2, script.settings.processes);
    this.pages = Math.min(script.parameter('buffer_pages'), script.settings.pages);
    script.shmCreate(1, NAME, this.pages * PAGE);
    for (let pid = 1; pid <= this.processes; pid++) {
      script.shmAttach(pid, NAME, bufferOf(pid) * PAGE, pid === 1 ? 'rw-' : 'r--');
      script.mmap(pid, { address: OWN * PAGE, length: OWN_PAGES * PAGE });
    }
  }

  step(): void {
    const { script } = this;
    const page = this.next++ % this.pages;
    for (let word = 0; word < MESSAGE; word++) script.write(1, bufferOf(1) + page, word);
    for (let pid = 2; pid <= this.processes; pid++) {
      for (let word = 0; word < MESSAGE; word++) {
        script.read(pid, bufferOf(pid) + page, word);
        script.use(pid, OWN + script.random.skewed(OWN_PAGES));
      }
    }
  }

  finish(): void {
    for (let pid = 1; pid <= this.processes; pid++) this.script.shmDetach(pid, bufferOf(pid) * PAGE);
    this.script.shmRemove(1, NAME);
    for (let pid = 1; pid <= this.processes; pid++) this.script.exit(pid);
  }
}

const bufferOf = (pid: number): number => BUFFER + pid * APART;
