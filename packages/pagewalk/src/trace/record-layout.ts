/** The bits of a record; record.ts says what they mean. */
export const RECORD_BYTES = 16;
export const CHUNK_RECORDS = 8_192;
export const OP_READ = 0;
export const OP_WRITE = 1;
export const OP_IFETCH = 2;
export const OP_OPERATION = 3;
export const OP_OPERAND = 4;
/** Runs: run-layout.ts in the engine's `trace` says what they are. */
export const OP_RUN = 5;
export const OP_MEMBER = 6;
export const OP_MASK = 0xf;
export const FOLDED = 0x10;
export const PID_SHIFT = 8;
export const MAX_PID = 0xff_ff_ff;

/** Is the record with this meta word no access, but an operation or an operand of one? */
export const isOperation = (meta: number): boolean => {
  const op = meta & OP_MASK;
  return op === OP_OPERATION || op === OP_OPERAND;
};

/** The records of a chunk as 32-bit words, four a record; a copy if they do not lie on a word's boundary. */
export function recordWords({ bytes, records }: { readonly bytes: Uint8Array; readonly records: number }): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, (records * RECORD_BYTES) / 4);
}
