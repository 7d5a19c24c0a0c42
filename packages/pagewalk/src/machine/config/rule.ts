import type { ConfigKey } from './fields.ts';
import type { Given } from './schema.ts';
import type { Complaint } from './tlb.ts';

export interface Rule {
  readonly blames: ConfigKey;
  readonly needs: readonly ConfigKey[];
  check(given: Given): Complaint | undefined;
}
