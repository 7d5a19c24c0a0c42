import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a pipe of Linux holds. */
const BUFFER_BYTES = 64 * 1024;
const PAUSE_MS = 2;

/**
 * The way of valgrind's log to us: a FIFO without a name. The pipes that Node makes for its children are sockets, on which the short lines
 * of lackey cost four times as much. Reading pauses when there is little to read: whoever waits in the read is woken for every line.
 */
export class LogPipe {
  /** The end for the child; ours is closed by `started`. */
  readonly writeEnd: number;
  private readonly readEnd: number;
  private readonly buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  private open = true;
  /** The writer is gone, though a child of it may still hold the pipe. */
  private finished = false;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'vmm-record-'));
    try {
      const path = join(folder, 'log');
      execFileSync('mkfifo', ['-m', '600', path]);
      this.readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      this.writeEnd = openSync(path, constants.O_WRONLY);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** The child has its end, or will never need it. */
  started(): void {
    closeSync(this.writeEnd);
  }

  /** The child has ended: what is in the pipe now is all. */
  finish(): void {
    this.finished = true;
  }

  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const bytes = await this.read();
          if (bytes !== null) controller.enqueue(bytes);
          else {
            controller.close();
            this.close();
          }
        },
        cancel: () => this.close(),
      },
      { highWaterMark: 0 },
    );
  }

  close(): void {
    if (this.open) closeSync(this.readEnd);
    this.open = false;
  }

  private async read(): Promise<Uint8Array | null> {
    for (;;) {
      const { finished } = this;
      const bytes = this.readNow();
      if (bytes === 0 || (bytes === null && finished)) return null;
      if (bytes === null || bytes < BUFFER_BYTES / 2) await sleep(PAUSE_MS);
      if (bytes !== null) return this.buffer.subarray(0, bytes);
    }
  }

  /** Bytes read, 0 at the end, null if there are none at present. */
  private readNow(): number | null {
    if (!this.open) return 0;
    try {
      return readSync(this.readEnd, this.buffer);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
      throw error;
    }
  }
}
