import { fault } from './fault';
import { input, LINE_BYTES } from './input';

/** What every reader of lines does with the ones that are no access. */

/** Takes a whole line. False if reading must stop: for more bytes, at the end, or at a fault. */
export function nextLine(): bool {
  while (!input.takeLine()) {
    if (!input.tooLong()) return false;
    fault.at(input.at, input.at + LINE_BYTES, 'line', 'a line of at most 4096 bytes');
    if (!fault.skip()) return false;
    input.dropLine();
  }
  return true;
}

/** Leaves the faulty line behind if reading is lenient; false stops. */
export function skipLine(): bool {
  if (!fault.skip()) return false;
  if (!input.terminated) fault.tail = input.next - input.at;
  input.pass();
  return true;
}
