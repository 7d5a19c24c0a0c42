/**
 * Operations in a block of a .vmt file: varints of code, pid, number of words, the words, and 0 or the place of the word (from 1) that is the number of an
 * object. Objects are numbered anew in each block; where a number comes up for the first time, the name follows.
 */

import type { ObjectNames } from '../operations/names.ts';
import {
  codeOf,
  type OperationRecord,
  objectPlace,
  operationOfCode,
  operationRow,
  wordNames,
} from '../operations/operation.ts';
import { MAX_PID } from '../record-layout.ts';
import { MOST_OPERATION } from './layout.ts';
import { BadBytes, type ByteReader, type ByteWriter } from './varints.ts';

const MOST_NAME = MOST_OPERATION / 2;

/** Of one block. */
export class OperationWriter {
  private readonly numbers = new Map<string, number>();

  /** @throws RangeError at a name of more than 65 536 bytes. */
  write(out: ByteWriter, { pid, operation, words }: OperationRecord, names: ObjectNames): void {
    const row = operationRow(operation)!;
    const place = objectPlace(row, words);
    const name = place < 0 ? null : names.name(words[place]!);
    if (name !== null && name.length > MOST_NAME / 3 && new TextEncoder().encode(name).length > MOST_NAME) {
      throw new RangeError(`a name of ${name.length} characters: expected at most ${MOST_NAME} bytes`);
    }
    const known = name === null ? undefined : this.numbers.get(name);
    out.varint(codeOf(row));
    out.varint(pid);
    out.varint(words.length);
    for (const [index, word] of words.entries()) out.varint(index === place ? (known ?? this.numbers.size) : word);
    out.varint(place + 1);
    if (name === null || known !== undefined) return;
    this.numbers.set(name, this.numbers.size);
    out.string(name);
  }
}

/** Of one block. */
export class OperationReader {
  private readonly names: string[] = [];

  /** Objects get the numbers that `objects` has for their names. @throws BadBytes */
  read(bytes: ByteReader, objects: ObjectNames): OperationRecord {
    const from = bytes.at;
    const code = bytes.upTo(2 ** 32, 'operation');
    const row = operationOfCode(code);
    if (!row) throw new BadBytes(from, `operation ${code}, which this version does not know`);
    const pid = bytes.upTo(MAX_PID, 'pid');
    const count = bytes.upTo(64, 'words');
    const expected = wordNames(row).length;
    if (count !== expected) throw new BadBytes(from, `${row.name} with ${count} words instead of ${expected}`);
    const words = Array.from({ length: count }, () => bytes.varint());
    const place = bytes.upTo(count, 'object in word') - 1;
    if (place !== objectPlace(row, words)) throw new BadBytes(from, `${row.name} with its object in word ${place + 1}`);
    if (place >= 0) words[place] = BigInt(objects.number(this.name(bytes, Number(words[place]))));
    return { pid, operation: row.name as OperationRecord['operation'], words };
  }

  private name(bytes: ByteReader, number: number): string {
    if (number > this.names.length) throw new BadBytes(bytes.at, `object ${number} of ${this.names.length}`);
    if (number === this.names.length) this.names.push(bytes.string('a name'));
    return this.names[number]!;
  }
}
