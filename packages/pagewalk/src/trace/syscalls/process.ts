/**
 * One process of a recording: its system calls become operations. Calls that failed have no effect. What a call says of other processes (a fork, the
 * wait for a child) is told to whoever puts the processes of a recording together.
 */
import { type FileFacts, OpenFiles, stringOf } from './file-calls.ts';
import type { Pipe } from './files.ts';
import { CallLines, type CallWord, type SystemCall, threadOf } from './line.ts';
import { isAnonymous, Memory } from './memory-calls.ts';
import type { World } from './world.ts';

/** Of a machine. */
const MOST_CPUS = 64;
const CLONE_VM = 0x100;
const CLONE_VFORK = 0x4000;
const CLONE_THREAD = 0x10000;
/** vfork has the name of fork in valgrind's lines, and its own number on x86-64. */
const VFORK_NUMBER = 58;
const F_DUPFD = 0;
const F_SETFD = 2;
const F_DUPFD_CLOEXEC = 1030;
const FD_CLOEXEC = 1;
const O_CLOEXEC = 0o2000000;
const O_WRONLY_CREAT_TRUNC = 0o1101;
const IPC_RMID = 0;
const AT_FDCWD = -100;

/** Calls that change memory in a way that no operation tells. */
const MEMORY_CALLS = new Set([
  'mlockall',
  'munlockall',
  'remap_file_pages',
  'mbind',
  'set_mempolicy',
  'migrate_pages',
  'move_pages',
  'pkey_mprotect',
  'process_madvise',
  'userfaultfd',
  'mseal',
]);
const WRITES = /^(write|pwrite64|writev|pwritev2?|sendfile|copy_file_range|splice|fallocate)$/;
/** Descriptors that come back of these are of nothing that is mapped. */
const OTHER_DESCRIPTORS =
  /^(socket|accept4?|epoll_create1?|eventfd2?|timerfd_create|signalfd4?|inotify_init1?|pidfd_open)$/;

/** Whether the call may say something of memory, files or processes. */
export const concernsMemory = (name: string): boolean =>
  !/^(pread64|newfstatat|fstat|stat|lstat|access|lseek|futex|poll|ppoll|select|pselect6|epoll_p?wait|getpid|gettid|rt_sig\w+|clock_\w+|nanosleep|ioctl|recv\w+|send(to|msg))$/.test(
    name,
  );

/** What concerns other processes; pids are the kernel's. */
export type ProcessEvent =
  | { readonly kind: 'fork'; readonly child: number; readonly sharesMemory: boolean }
  | { readonly kind: 'waited'; readonly child: number }
  /** `upTo`: so many bytes must have been written; all ones: everybody has closed it. */
  | { readonly kind: 'read'; readonly pipe: Pipe; readonly upTo: number };

export class TracedProcess {
  readonly world: World;
  readonly memory: Memory;
  readonly files: OpenFiles;
  private readonly lines = new CallLines();
  /** The thread that runs, if that is told. */
  private thread: number | null = null;

  constructor(world: World, memory: Memory, files: OpenFiles) {
    this.world = world;
    this.memory = memory;
    this.files = files;
  }

  static first(world: World, folder: string): TracedProcess {
    const pid = world.newProcess();
    return new TracedProcess(world, new Memory(world, pid), new OpenFiles(world, pid, folder));
  }

  /** Its number in the trace. */
  get pid(): number {
    return this.memory.pid;
  }

  /** A child with a copy of its memory. */
  fork(): TracedProcess {
    const pid = this.world.newProcess();
    this.world.emit(this.pid, 'fork', pid);
    return new TracedProcess(this.world, this.memory.fork(pid), this.files.fork(pid));
  }

  /** A child that uses its memory until it executes something or ends. */
  vfork(): TracedProcess {
    return new TracedProcess(this.world, this.memory, this.files.fork(this.pid));
  }

  /** The program that it executes: a process of its own in the trace, with what stays open of its files. */
  exec(): TracedProcess {
    const pid = this.world.newProcess();
    return new TracedProcess(this.world, new Memory(this.world, pid), this.files.exec(pid));
  }

  exit(): void {
    this.files.closeAll(false);
    this.world.emit(this.pid, 'exit');
  }

  /** `line` has a character for each byte; `facts` are of the file that it opens. Operations are in the world then. */
  line(line: string, facts: FileFacts = {}): ProcessEvent | null {
    const thread = threadOf(line);
    if (thread !== null) this.schedule(thread);
    const call = thread === null ? this.lines.read(line) : null;
    return call === null || !call.succeeded ? null : this.call(call, facts);
  }

  /** This thread runs from now on, on a cpu of its own. */
  schedule(thread: number): void {
    if (thread === this.thread || thread < 1) return;
    this.thread = thread;
    const cpu = (thread - 1) % MOST_CPUS;
    this.world.cpus = Math.max(this.world.cpus, cpu + 1);
    this.world.emit(this.pid, 'sched', cpu);
  }

  /** A call that succeeded. */
  call({ name, number, words, value }: SystemCall, facts: FileFacts = {}): ProcessEvent | null {
    const { memory, files, world } = this;
    const n = (place: number): number => numberOf(words[place]);
    const s = (place: number): string => stringOf(words[place]);
    switch (name) {
      case 'mmap':
      case 'mmap2': {
        const anonymous = isAnonymous(n(3));
        const file = anonymous ? null : files.file(n(4));
        const offset = name === 'mmap2' ? n(5) * 4096 : n(5);
        if (!anonymous && file === null) world.leaveOut('files mapped whose opening was not seen, taken as anonymous');
        memory.mmap({ address: value, length: n(1), protection: n(2), flags: n(3), offset, file });
        return null;
      }
      case 'munmap':
        memory.munmap(n(0), n(1));
        return null;
      case 'mprotect':
        memory.mprotect(n(0), n(1), n(2));
        return null;
      case 'mremap':
        memory.mremap(n(0), n(1), n(2), n(3), value);
        return null;
      case 'brk':
        memory.brk(value);
        return null;
      case 'madvise':
        memory.madvise(n(0), n(1), n(2));
        return null;
      case 'mlock':
      case 'mlock2':
        memory.mlock('mlock', n(0), n(1));
        return null;
      case 'munlock':
        memory.mlock('munlock', n(0), n(1));
        return null;
      case 'msync':
        memory.msync(n(0), n(1), n(2));
        return null;
      case 'shmget':
        if (!world.segment(memory.pid, value, n(1))) world.leaveOut('shmget of a segment of unknown size');
        return null;
      case 'shmat':
        memory.shmat(n(0), value, n(2));
        return null;
      case 'shmdt':
        memory.shmdt(n(0));
        return null;
      case 'shmctl':
        if ((n(1) & 0xff) === IPC_RMID) this.removeSegment(n(0));
        return null;
      case 'fork':
      case 'vfork':
        return { kind: 'fork', child: value, sharesMemory: number === VFORK_NUMBER || name === 'vfork' };
      case 'clone':
        return this.clone(Number.parseInt(words[0]?.text ?? '0', 16), value);
      case 'wait4':
      case 'waitpid':
        return value > 0 ? { kind: 'waited', child: value } : null;
      case 'waitid':
        // P_PID: which child came back is told only where one was named.
        return n(0) === 1 ? { kind: 'waited', child: n(1) } : null;
      case 'read':
      case 'readv':
        this.unknown(name);
        return this.readFrom(files.file(n(0))?.pipe, value);
      default:
        if (!this.fileCall(name, n, s, value, facts)) this.unknown(name);
        return null;
    }
  }

  /** False if it is none that is followed. */
  private fileCall(
    name: string,
    n: (place: number) => number,
    s: (place: number) => string,
    value: number,
    facts: FileFacts,
  ): boolean {
    const { files } = this;
    switch (name) {
      case 'open':
        files.open(value, AT_FDCWD, s(0), n(1), facts);
        return true;
      case 'pipe':
      case 'pipe2':
        files.pipe(name === 'pipe2' ? n(1) : 0);
        return true;
      case 'creat':
        files.open(value, AT_FDCWD, s(0), O_WRONLY_CREAT_TRUNC, facts);
        return true;
      case 'openat':
      case 'openat2':
        files.open(value, n(0), s(1), name === 'openat' ? n(2) : 0, facts);
        return true;
      case 'memfd_create':
        files.memfd(value, n(1));
        return true;
      case 'dup':
        files.dup(n(0), value);
        return true;
      case 'dup2':
        files.dup(n(0), n(1));
        return true;
      case 'dup3':
        files.dup(n(0), n(1), (n(2) & O_CLOEXEC) !== 0);
        return true;
      case 'fcntl':
        if (n(1) === F_DUPFD || n(1) === F_DUPFD_CLOEXEC) files.dup(n(0), value, n(1) === F_DUPFD_CLOEXEC);
        else if (n(1) === F_SETFD) files.descriptors.setCloseOnExec(n(0), (n(2) & FD_CLOEXEC) !== 0);
        return true;
      case 'close':
        files.close(n(0));
        return true;
      case 'close_range':
        files.closeRange(n(0), n(1));
        return true;
      case 'ftruncate':
        files.ftruncate(n(0), n(1));
        return true;
      case 'truncate':
        files.truncate(s(0), n(1));
        return true;
      case 'unlink':
        files.remove(AT_FDCWD, s(0));
        return true;
      case 'unlinkat':
        files.remove(n(0), s(1));
        return true;
      case 'rename':
        files.rename(AT_FDCWD, s(0), AT_FDCWD, s(1));
        return true;
      case 'renameat':
      case 'renameat2':
        files.rename(n(0), s(1), n(2), s(3));
        return true;
      case 'chdir':
        files.chdir(s(0));
        return true;
      case 'fchdir':
        files.fchdir(n(0));
        return true;
      default:
        if (OTHER_DESCRIPTORS.test(name)) files.other(value);
        else if (WRITES.test(name)) files.written(name === 'copy_file_range' || name === 'splice' ? n(2) : n(0), value);
        return false;
    }
  }

  private readFrom(pipe: Pipe | undefined, bytes: number): ProcessEvent | null {
    if (pipe === undefined) return null;
    pipe.read += bytes;
    return { kind: 'read', pipe, upTo: bytes === 0 ? Number.POSITIVE_INFINITY : pipe.read };
  }

  private clone(flags: number, child: number): ProcessEvent | null {
    if ((flags & CLONE_THREAD) !== 0) {
      this.world.threads++;
      return null;
    }
    // What shares memory without being waited for is as good as a thread.
    if ((flags & CLONE_VM) !== 0 && (flags & CLONE_VFORK) === 0) {
      this.world.leaveOut('processes that share the memory of another');
      return null;
    }
    return { kind: 'fork', child, sharesMemory: (flags & CLONE_VM) !== 0 };
  }

  private removeSegment(id: number): void {
    const { world } = this;
    const segment = world.segments.get(id);
    if (segment === undefined || segment.removed) return;
    segment.removed = true;
    world.emit(this.pid, 'shm_remove', world.object(segment.name));
  }

  private unknown(name: string): void {
    const counts = MEMORY_CALLS.has(name) ? this.world.leftOut : this.world.others;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
}

/** Decimal, or hex behind 0x; -1 as the kernel sees it in 32 bits is 4294967295. */
function numberOf(word: CallWord | undefined): number {
  return Number(word?.text ?? 0) || 0;
}
