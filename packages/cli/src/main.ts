#!/usr/bin/env node
/** The command `vmm`: signals and closed outputs, around the program. */
import { EXIT } from './exit.ts';
import { discardUnfinished } from './output/file.ts';
import { main } from './program.ts';

function leave(code: number): never {
  discardUnfinished();
  process.exit(code);
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') leave(EXIT.brokenPipe);
  process.stderr.write(`vmm: standard output: ${error.message}\n`);
  leave(EXIT.failed);
});
process.stderr.on('error', () => leave(EXIT.failed));
process.on('SIGINT', () => {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  leave(EXIT.interrupted);
});
process.on('SIGTERM', () => leave(EXIT.terminated));
process.on('SIGHUP', () => leave(EXIT.hungUp));

leave(await main(process.argv.slice(2)));
