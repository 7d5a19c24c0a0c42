/** Events as NDJSON: one object a line, addresses and pages in hex, since JSON readers keep no more than 53 bits of a number. */
import { decodeEvents } from 'pagewalk/node';

/** The lines of a batch, in pieces of a size that a write likes. */
export function* eventLines(records: Uint8Array): Generator<string> {
  let text = '';
  for (const event of decodeEvents(records)) {
    text += `${JSON.stringify(event, hex)}\n`;
    if (text.length < 1 << 18) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

const hex = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value);
