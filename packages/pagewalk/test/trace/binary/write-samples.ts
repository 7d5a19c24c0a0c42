/** Writes the samples of binary formats to traces/samples. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { SAMPLES } from './samples.ts';

const folder = new URL('../../../../../traces/samples/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const { file, bytes } of SAMPLES) writeFileSync(new URL(file, folder), bytes);
