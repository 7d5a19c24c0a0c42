import type { Region } from './regions.ts';
import type { Inspection } from './schema.ts';
import type { Tally } from './tally.ts';
export async function picture(_inspection: Inspection, _tally: Tally, _regions: readonly Region[]): Promise<string> {
  return '';
}
