/** Operations as lines of a text trace, one blank between fields, as `readOperation` reads them back. */
import { BACKINGS, MAP_FLAGS } from '@pagewalk/engine/catalog';
import { NOTATIONS } from './arguments.ts';
import type { ObjectNames } from './names.ts';
import { MMAP, type OperationRecord, operationRow } from './operation.ts';

/** Without pid and line end: `mmap 0x1000 4096 rw- private`. */
export function operationText({ operation, words }: Omit<OperationRecord, 'pid'>, names: ObjectNames): string {
  if (operation === 'mmap') return `mmap ${mmapArguments(words, names).join(' ')}`;
  const row = operationRow(operation);
  const fields = (row?.arguments ?? []).map(({ kind }, place) =>
    kind === 'backing' ? '' : NOTATIONS[kind].write(words[place] ?? 0n, names),
  );
  return [operation, ...fields].join(' ');
}

export function operationLine(record: OperationRecord, names: ObjectNames): string {
  return `${record.pid} ${operationText(record, names)}\n`;
}

function mmapArguments(words: readonly bigint[], names: ObjectNames): string[] {
  const word = (name: keyof typeof MMAP): bigint => words[MMAP[name]] ?? 0n;
  const flags = word('flags');
  const backing = BACKINGS[Number(word('backing'))] ?? 'anon';
  const has = (bit: number): boolean => (flags & BigInt(bit)) !== 0n;
  return [
    NOTATIONS.address.write(word('address'), names),
    NOTATIONS.length.write(word('length'), names),
    NOTATIONS.protection.write(flags, names),
    NOTATIONS.sharing.write(flags, names),
    ...(backing === 'anon' ? [] : [`${backing}:${names.name(word('object'))}`, String(word('offset'))]),
    ...(has(MAP_FLAGS.huge_2m) ? ['huge:2m'] : []),
    ...(has(MAP_FLAGS.huge_1g) ? ['huge:1g'] : []),
  ];
}
