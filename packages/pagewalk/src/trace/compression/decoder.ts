import { iterated } from '../bytes.ts';
import { TraceError } from '../source.ts';
import { Damaged, Intake, Truncated } from './intake.ts';
import type { Compression, Decompress } from './magic.ts';

/** Reads all of the input and hands out what it stands for; a piece is free again when the next one is asked for. */
export type Decode = (input: Intake) => AsyncGenerator<Uint8Array, void, void>;

/** A decoder between two byte sources; what it throws becomes a TraceError with the place in the input. */
export function decoder(kind: Compression, decode: Decode): Decompress {
  return (source, file) => {
    const input = new Intake(source);
    const output = iterated(decode(input));
    return {
      async read() {
        try {
          return await output.read();
        } catch (error) {
          throw error instanceof TraceError ? error : told(file, kind, input, error);
        }
      },
      async close() {
        await source.close();
        await output.close();
      },
    };
  };
}

function told(file: string, kind: Compression, input: Intake, error: unknown): TraceError {
  if (error instanceof Truncated) return truncated(file, kind, input.byte + input.available);
  if (error instanceof Damaged) return damaged(file, kind, error.byte ?? input.byte, error.message);
  return damaged(file, kind, input.byte, error instanceof Error ? error.message : String(error));
}

export function truncated(file: string, kind: Compression, byte: number): TraceError {
  return new TraceError({ file, byte, problem: `truncated ${kind} data`, expected: `a whole ${whole(kind)}` });
}

export function damaged(file: string, kind: Compression, byte: number, reason: string): TraceError {
  const problem = `damaged ${kind} data${reason === '' ? '' : ` (${reason})`}`;
  return new TraceError({ file, byte, problem, expected: `a whole ${whole(kind)}` });
}

const whole = (kind: Compression): string => (kind === 'zip' ? 'zip archive' : `${kind} stream`);

/** What a host of this kind lacks: the module of a decoder. */
export function unloadable(file: string, kind: Compression, error: unknown): TraceError {
  const reason = error instanceof Error ? error.message : String(error);
  return new TraceError({ file, problem: `${kind} data, whose decoder cannot be loaded (${reason})` });
}
