/**
 * A log that a process is still writing, read from behind. What has been read is cut out of the file, and a process that is far ahead is
 * stopped for a moment, so that a log takes little room on the disk however long it gets.
 */
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const BUFFER_BYTES = 256 * 1024;
const PAUSE_MS = 5;
/** Cut out that many bytes at a time. */
const CUT_BYTES = 64 * 2 ** 20;
/** Stop a process that is so far ahead, until it is this far. */
const AHEAD_BYTES = 256 * 2 ** 20;
const NEAR_BYTES = 64 * 2 ** 20;

/** `isOver` says that nothing more will be written. */
export function logStream(path: string, process: number, isOver: () => boolean): ReadableStream<Uint8Array> {
  const log = new GrowingLog(path, process, isOver);
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const bytes = await log.read();
        if (bytes !== null) controller.enqueue(bytes);
        else {
          log.close();
          controller.close();
        }
      },
      cancel: () => log.close(),
    },
    { highWaterMark: 0 },
  );
}

class GrowingLog {
  private readonly path: string;
  private readonly process: number;
  private readonly isOver: () => boolean;
  private readonly file: number;
  private readonly buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  private at = 0;
  private cutTo = 0;
  private isStopped = false;

  constructor(path: string, process: number, isOver: () => boolean) {
    this.path = path;
    this.process = process;
    this.isOver = isOver;
    this.file = openSync(path, 'r');
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const isOver = this.isOver();
      const bytes = readSync(this.file, this.buffer, 0, BUFFER_BYTES, this.at);
      this.at += bytes;
      this.holdBack();
      if (bytes > 0) {
        if (bytes < BUFFER_BYTES / 4 && !isOver) await sleep(PAUSE_MS);
        return this.buffer.subarray(0, bytes);
      }
      if (isOver) return null;
      await sleep(PAUSE_MS);
    }
  }

  close(): void {
    this.resume();
    closeSync(this.file);
  }

  private holdBack(): void {
    const ahead = fstatSync(this.file).size - this.at;
    if (!this.isStopped && ahead > AHEAD_BYTES) {
      this.isStopped = true;
      signal(this.process, 'SIGSTOP');
    } else if (ahead < NEAR_BYTES) this.resume();
    if (this.at - this.cutTo < CUT_BYTES) return;
    const arguments_ = ['--punch-hole', '--offset', `${this.cutTo}`, '--length', `${this.at - this.cutTo}`, this.path];
    this.cutTo = this.at;
    // Without the program, or on a file system that cannot, the log stays as long as it is.
    spawn('fallocate', arguments_, { stdio: 'ignore' }).on('error', () => {});
  }

  private resume(): void {
    if (this.isStopped) signal(this.process, 'SIGCONT');
    this.isStopped = false;
  }
}

/** Whether the process has ended, be it waited for or not. */
export function hasEnded(process: number): boolean {
  try {
    const stat = readFileSync(`/proc/${process}/stat`, 'latin1');
    const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    // Threads may go on where the first has ended.
    return (state === 'Z' || state === 'X') && readdirSync(`/proc/${process}/task`).length <= 1;
  } catch {
    return true;
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
