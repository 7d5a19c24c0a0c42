/** docs/formats/block-csv.md */
import {
  Bad,
  decimal,
  type Field,
  fields,
  LIMIT,
  MAX_PID,
  MAX_SIZE,
  need,
  readLines,
  type SlowReader,
} from './slow.ts';

const MSR = 'timestamp,hostname,disknumber,type,offset,size,responsetime';
const TENCENT = 'timestamp,offset,size,iotype,volumeid';

export const slowMsr: SlowReader = (bytes, lenient, { split = false } = {}) => {
  const volumes: string[] = [];
  return readLines(bytes, lenient, ({ text }, out) => {
    if (text.toLowerCase() === MSR) return;
    const column = columnsOf(text);
    number(column(0), LIMIT - 1n, 'timestamp');
    const host = column(1);
    if (host.text.length < 1 || host.text.length > 63) throw new Bad(host.at, 'host name');
    const disk = column(2);
    if (disk.text.length > 10) throw new Bad(disk.at, 'disk number');
    number(disk, 2n ** 32n - 1n, 'disk number');
    const type = column(3);
    if (!/^(read|write)$/i.test(type.text)) throw new Bad(type.at, 'type');
    const offset = number(column(4), LIMIT - 1n, 'offset');
    const size = number(column(5), MAX_SIZE, 'size', 1n);
    number(column(6), LIMIT - 1n, 'response time');
    if (fields(text, ',').length > 7) throw new Bad(fields(text, ',')[7]!.at - 1, 'text');
    const volume = `${host.text},${disk.text}`;
    if (!volumes.includes(volume)) {
      if (volumes.length === 1024) throw new Bad(host.at, 'volume');
      volumes.push(volume);
    }
    out.put(/^r/i.test(type.text) ? 'read' : 'write', offset, split ? size : 1, volumes.indexOf(volume) + 1);
  });
};

export const slowTencent: SlowReader = (bytes, lenient, { split = false } = {}) =>
  readLines(bytes, lenient, ({ text }, out) => {
    if (text.toLowerCase() === TENCENT) return;
    const column = columnsOf(text);
    number(column(0), LIMIT - 1n, 'timestamp');
    const offset = number(column(1), 2n ** 55n - 1n, 'offset');
    const size = number(column(2), 8_388_607n, 'size', 1n);
    const type = column(3);
    if (!/^[01]$/.test(type.text)) throw new Bad(type.at, 'type');
    const volume = number(column(4), BigInt(MAX_PID), 'volume');
    if (fields(text, ',').length > 5) throw new Bad(fields(text, ',')[5]!.at - 1, 'text');
    out.put(type.text === '0' ? 'read' : 'write', offset * 512n, split ? size * 512n : 1, Number(volume));
  });

/** A column that is not there is empty and at the end of the line. */
function columnsOf(text: string): (index: number) => Field {
  const all = fields(text, ',');
  return (index) => all[index] ?? { at: text.length, text: '' };
}

function number(field: Field, most: bigint, what: string, least = 0n): bigint {
  return need(decimal(field.text, least, most), field.at, what);
}
