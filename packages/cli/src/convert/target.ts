/** What a trace is to be written as: by `--to` and `--compress`, or by the name of the file. */
import { type TraceWriterRow, WRITERS } from 'pagewalk/node';
import { COMPRESSIONS, type Compression } from '../output/compressed-file.ts';
import { STDOUT } from '../output/file.ts';

export interface Target {
  readonly row: TraceWriterRow;
  readonly compression: Compression;
}

const PACKED: readonly (readonly [suffix: string, compression: Compression])[] = [
  ['.gz', 'gzip'],
  ['.zst', 'zstd'],
];
/** Names that promise what is not written here. */
const NOT_WRITTEN = ['.xz', '.bz2', '.lz4', '.sz', '.zip'];

/** What is wrong is added to `problems`. */
export function targetOf(
  path: string,
  to: string | undefined,
  compress: string | undefined,
  problems: string[],
): Target | null {
  const packed = PACKED.find(([suffix]) => path.endsWith(suffix));
  const name = packed ? path.slice(0, -packed[0].length) : path;
  const other = NOT_WRITTEN.find((suffix) => path.endsWith(suffix));
  if (other !== undefined && compress === undefined) {
    problems.push(`${path}: ${other} is not written; give .gz, .zst or no such suffix, or --compress`);
    return null;
  }
  const row = to === undefined ? rowBySuffix(name) : WRITERS.find((each) => each.name === to);
  if (!row) {
    const suffixes = WRITERS.flatMap((each) => each.suffixes).join(', ');
    const what = path === STDOUT ? 'standard output has no name' : `${path}: no format is written under this name`;
    problems.push(`${what}; give --to, or a name that ends in one of ${suffixes}, each also with .gz or .zst`);
    return null;
  }
  const compression = COMPRESSIONS.find((each) => each === compress) ?? packed?.[1] ?? 'none';
  if (row.compressed === true && compression !== 'none') {
    problems.push(
      `${row.name} is compressed by itself: leave ${compress === undefined ? packed?.[0] : '--compress'} out`,
    );
    return null;
  }
  return { row, compression };
}

function rowBySuffix(name: string): TraceWriterRow | undefined {
  const lower = name.toLowerCase();
  return WRITERS.find(({ suffixes }) => suffixes.some((suffix) => lower.endsWith(suffix.toLowerCase())));
}
