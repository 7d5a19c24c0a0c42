import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Spool } from '../../trace/spool.ts';

/**
 * A spool in a file of `folder`. Where the system allows it the file's name is removed at once, so that nothing is left however the
 * program ends.
 */
export async function fileSpool(folder = tmpdir()): Promise<Spool> {
  const path = join(folder, `pagewalk-${randomUUID()}.spool`);
  const file = await open(path, 'wx+', 0o600);
  const gone = await rm(path).then(
    () => true,
    () => false,
  );
  let closed = false;
  return {
    async write(at, bytes) {
      try {
        await writeAll(file, at, bytes);
      } catch (error) {
        throw new Error(
          `cannot put the trace aside in ${folder} (${(error as Error).message}); TMPDIR names another folder`,
        );
      }
    },
    read: (at, bytes) => readAll(file, at, bytes),
    async close() {
      if (closed) return;
      closed = true;
      await file.close();
      if (!gone) await rm(path, { force: true });
    },
  };
}

async function writeAll(file: FileHandle, at: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

async function readAll(file: FileHandle, at: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, at + done);
    if (bytesRead === 0) throw new Error(`spool: ${bytes.length - done} bytes missing at ${at + done}`);
    done += bytesRead;
  }
}
