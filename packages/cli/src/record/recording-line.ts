import { grouped, metric, size } from '../console/numbers.ts';
import type { Progress } from './record.ts';

const CLEAR = '\r\x1b[K';
const PERIOD_MS = 250;

/** One line on the terminal that says how far a recording is. It begins anew behind what the program prints. */
export class RecordingLine {
  private readonly stream: NodeJS.WriteStream;
  private readonly shown: boolean;
  private readonly started = performance.now();
  private drawn = 0;

  constructor(stream: NodeJS.WriteStream, quiet: boolean) {
    this.stream = stream;
    this.shown = stream.isTTY === true && !quiet;
  }

  update({ accesses, bytes, processes, stage }: Progress): void {
    const now = performance.now();
    if (!this.shown || now - this.drawn < PERIOD_MS) return;
    this.drawn = now;
    const speed = metric((accesses / (now - this.started)) * 1000);
    const facts = [
      `${grouped(accesses)} accesses${stage === undefined ? '' : ` ${stage}`}`,
      `${speed}/s`,
      size(bytes),
      ...(processes > 1 ? [`${grouped(processes)} processes`] : []),
    ];
    this.stream.write(`${CLEAR}${facts.join(' · ')}`);
  }

  clear(): void {
    if (this.drawn > 0) this.stream.write(CLEAR);
    this.drawn = 0;
  }
}
