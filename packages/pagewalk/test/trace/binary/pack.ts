/** Bytes of binary traces, field by field as docs/formats has them. */

/** Little-endian bytes of a number; negative ones as two's complement. */
export function le(bytes: number, value: number | bigint): number[] {
  let rest = BigInt.asUintN(bytes * 8, BigInt(value));
  return Array.from({ length: bytes }, () => {
    const byte = Number(rest & 0xffn);
    rest >>= 8n;
    return byte;
  });
}

export function joined(...parts: readonly (readonly number[] | Uint8Array)[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** One record of a drmemtrace. */
export const entry = (type: number, size: number, value: number | bigint): number[] => [
  ...le(2, type),
  ...le(2, size),
  ...le(8, value),
];

export const marker = (subtype: number, value: number | bigint): number[] => entry(28, subtype, value);

export interface Instruction {
  readonly ip: number | bigint;
  readonly reads?: readonly (number | bigint)[];
  readonly writes?: readonly (number | bigint)[];
  readonly isBranch?: number;
  readonly taken?: number;
  readonly asid?: number;
}

const slots = (count: number, values: readonly (number | bigint)[] = []): number[] =>
  Array.from({ length: count }, (_, index) => le(8, values[index] ?? 0)).flat();

export const champsim = ({ ip, reads, writes, isBranch = 0, taken = 0 }: Instruction): number[] => [
  ...le(8, ip),
  isBranch,
  taken,
  1,
  2,
  3,
  4,
  5,
  6,
  ...slots(2, writes),
  ...slots(4, reads),
];

export const cloudsuite = ({ ip, reads, writes, isBranch = 0, taken = 0, asid = 0 }: Instruction): number[] => [
  ...le(8, ip),
  isBranch,
  taken,
  1,
  2,
  3,
  4,
  5,
  6,
  7,
  8,
  ...le(6, 0),
  ...slots(4, writes),
  ...slots(4, reads),
  ...le(2, asid),
  ...le(6, 0),
];

export interface Request {
  readonly time?: number;
  readonly id: number | bigint;
  readonly size?: number | bigint;
  readonly op?: number;
  readonly next?: number | bigint;
}

const NEVER = -1;

export const oracleGeneral = ({ time = 0, id, size = 1, next = NEVER }: Request): number[] => [
  ...le(4, time),
  ...le(8, id),
  ...le(4, size),
  ...le(8, next),
];

export const oracleGeneralOpns = ({ time = 0, id, size = 1, op = 1, next = NEVER }: Request): number[] => [
  ...le(4, time),
  ...le(8, id),
  ...le(4, size),
  op,
  ...le(2, 5),
  ...le(8, next),
];

const MAGIC = 0x123456789abcdef0n;

export const lcsHeader = (version: number, requests = 0, objects = 0): number[] => [
  ...le(8, MAGIC),
  ...le(8, version),
  ...le(8, 1),
  ...le(8, requests),
  ...le(8, objects),
  ...new Array<number>(8192 - 48).fill(0),
  ...le(8, MAGIC),
];

export function lcs(version: number, { time = 0, id, size = 1, op = 1, next = NEVER }: Request): number[] {
  if (version === 1) return oracleGeneral({ time, id, size, next });
  const tenant = le(3, 7);
  if (version === 2) return [...le(4, time), ...le(8, id), ...le(4, size), op, ...tenant, ...le(8, next)];
  const features = version === 3 ? 0 : 2 ** (version - 4);
  const base = [...le(4, time), ...le(8, id), ...le(8, size), op, ...tenant, ...le(4, 60), ...le(8, next)];
  return [...base, ...new Array<number>(features * 4).fill(9)];
}

export interface OldHeader {
  readonly format: string;
  readonly fields?: number;
  readonly bytes: number;
  readonly id: number;
  readonly size?: number;
  readonly time?: number;
  readonly next?: number;
  readonly op?: number;
}

export const oldLcsHeader = ({
  format,
  fields,
  bytes,
  id,
  size = 0,
  time = 0,
  next = 0,
  op = 0,
}: OldHeader): number[] => [
  ...le(8, MAGIC),
  ...Array.from({ length: 240 }, (_, index) => format.charCodeAt(index) || 0),
  id,
  size,
  time,
  0,
  next,
  op,
  0,
  0,
  0,
  ...new Array<number>(231).fill(0),
  ...le(8, 3),
  ...le(8, 2),
  ...new Array<number>(496).fill(0),
  ...le(4, fields ?? format.length - 1),
  ...le(4, bytes),
  ...le(8, 1),
  ...le(8, MAGIC),
];

export interface Command {
  readonly cmd: number;
  readonly lbn: number | bigint;
  readonly len?: number;
  readonly time?: number | bigint;
  readonly ver?: number;
}

export const vscsi1 = ({ cmd, lbn, len = 4096, time = 0, ver = 0x0100 }: Command): number[] => [
  ...le(4, 1),
  ...le(4, len),
  ...le(4, 1),
  ...le(2, cmd),
  ...le(2, ver),
  ...le(8, lbn),
  ...le(8, time),
];

export const vscsi2 = ({ cmd, lbn, len = 4096, time = 0, ver = 0x0200 }: Command): number[] => [
  ...le(2, cmd),
  ...le(2, ver),
  ...le(4, 1),
  ...le(4, len),
  ...le(4, 1),
  ...le(8, lbn),
  ...le(8, time),
  ...le(8, 250),
];
