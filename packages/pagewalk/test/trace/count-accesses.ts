/** A program for the tests: reads the trace named by its argument, prints what there is to know of it and the memory it took. */
import { openTrace } from '../../src/node/trace/index.ts';

const [path = '-', mode = 'all'] = process.argv.slice(2);
const source = await openTrace(path);
if (mode === 'first') {
  await source.next();
  await source.close();
  process.exit(0);
}
while ((await source.next()) !== null);
await source.close();
const info = source.info();
console.log(
  JSON.stringify({ ...info, sizeHint: source.sizeHint, name: source.name, rss: process.resourceUsage().maxRSS * 1024 }),
);
