/** docs/formats/damon.md */
import {
  Bad,
  decimal,
  type Gathering,
  hex,
  LIMIT,
  need,
  readLines,
  type SlowLine,
  type SlowReader,
  TooMuch,
  words,
} from './slow.ts';

const KEYS = /^[ \t]*(base_time_absolute|monitoring_start|monitoring_end|monitoring_duration|target_id|nr_regions):/;
const MOST = 2n ** 32n - 1n;
const MOST_BYTES = 2n ** 30n;

export const slowDamon: SlowReader = (bytes, lenient) => {
  const targets: string[] = [];
  let pid = 1;
  const choose = (target: string): void => {
    if (!targets.includes(target)) targets.push(target);
    pid = targets.indexOf(target) + 1;
  };
  return readLines(bytes, lenient, (line, out) => {
    const { text } = line;
    const event = /damon_aggregated:/.exec(text);
    if (event !== null)
      return aggregated(
        line,
        event.index + event[0].length,
        out,
        (id) => choose(id),
        () => pid,
      );
    const key = KEYS.exec(text);
    if (key !== null) {
      if (key[1] === 'target_id') choose(text.slice(key[0].length).replace(/^[ \t]+|[ \t]+$/g, ''));
      return;
    }
    const region = /^[ \t]*([\da-f]+)-([\da-f]+)[ \t]*\([^)]*\)/i.exec(text);
    if (region === null) throw new Bad(0, 'line');
    const from = hex(region[1]!);
    const to = hex(region[2]!);
    const at = region[0].search(/[^ \t]/);
    if (from === null || to === null || to <= from) throw new Bad(at, 'region');
    const rest = words(text.slice(region[0].length));
    const place = region[0].length + (rest[0]?.at ?? text.length - region[0].length);
    const count = need(decimal(rest[0]?.text ?? '', 0n, MOST), place, 'nr_accesses');
    reads(out, from, to, count, pid);
  });
};

function aggregated(
  line: SlowLine,
  at: number,
  out: Gathering,
  choose: (target: string) => void,
  pid: () => number,
): undefined {
  const rest = line.text.slice(at);
  const match = /^[ \t]*target_id=(\d+)[ \t]+nr_regions=\d+[ \t]+(\d+)-(\d+):[ \t]*(\d+)([ \t]+\d+)?[ \t]*$/.exec(rest);
  if (match === null) throw new Bad(at + /^[ \t]*/.exec(rest)![0].length, 'text');
  const [from, to] = [BigInt(match[2]!), BigInt(match[3]!)];
  if (from >= LIMIT || to >= LIMIT || to <= from) throw new Bad(at + rest.indexOf(`${match[2]}-`), 'region');
  choose(match[1]!);
  reads(out, from, to, BigInt(match[4]!), pid());
}

function reads(out: Gathering, from: bigint, to: bigint, count: bigint, pid: number): undefined {
  if (count === 0n) return out.leave('idle_regions');
  if (to - from > MOST_BYTES) throw new TooMuch(`${to - from} bytes`);
  for (let page = from >> 12n; page << 12n < to; page++) out.put('read', page << 12n, 1, pid);
}
