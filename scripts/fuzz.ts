// `npm run fuzz` lets libFuzzer loose on the readers of trace.wasm, a minute on each. Exit code 1 if something breaks: the input that does it is
// then in fuzz/crashers/READER/.
//
//   --seconds N        for each reader
//   --reader NAME      that one alone; may be repeated
//   --replay FILE      that input alone
//   --keep             puts the smallest of the inputs found into fuzz/corpus, which the tests replay
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildFuzzer } from '../fuzz/build.ts';
import { FUZZED, type FuzzedReader, VMT } from '../fuzz/readers.ts';
import { fuzz, keepCorpus, readerNameOf, replay } from '../fuzz/run.ts';

const ALL = [...FUZZED, VMT];
const FOLDER = fileURLToPath(new URL('../.build/fuzz', import.meta.url));

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    reader: { type: 'string', multiple: true, default: [] },
    replay: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
if (!Number.isInteger(seconds) || seconds < 1) refuse(`--seconds ${values.seconds}: expected a whole number from 1 on`);

if (values.replay !== undefined) replayOne(await buildFuzzer(FOLDER), values.replay);
else {
  const readers = values.reader.length > 0 ? values.reader.map(readerCalled) : ALL;
  await fuzzAll(await buildFuzzer(FOLDER), readers);
}

async function fuzzAll(program: string, readers: readonly FuzzedReader[]): Promise<void> {
  for (const reader of readers) {
    const { runs, perSecond, edges, allEdges, inputs, crash } = await fuzz(program, reader, seconds, FOLDER);
    const counts = `${runs} runs, ${perSecond}/s, ${edges} of ${allEdges} edges, ${inputs} inputs`;
    console.log(`${crash === null ? '✓' : '✗'} ${reader.name}: ${counts}`);
    if (crash !== null) {
      process.exitCode = 1;
      console.log(`  ${crash.what}\n  ${crash.file}\n  again: npm run fuzz -- --replay ${crash.file}`);
    } else if (values.keep) {
      console.log(`  ${keepCorpus(program, reader, FOLDER)} inputs in fuzz/corpus/${reader.name}`);
    }
  }
}

function replayOne(program: string, file: string): void {
  const what = replay(program, readerCalled(values.reader[0] ?? readerNameOf(file)), file);
  console.log(what ?? 'nothing breaks');
  if (what !== null) process.exitCode = 1;
}

function readerCalled(name: string): FuzzedReader {
  const reader = ALL.find((row) => row.name === name);
  return reader ?? refuse(`--reader ${name}: expected ${ALL.map((row) => row.name).join(', ')}`);
}

function refuse(message: string): never {
  console.error(`fuzz: ${message}`);
  process.exit(2);
}
