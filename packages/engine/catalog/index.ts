/** The lists from which ids, factories, names, help, schemas, documentation and tests are made. Data only. */
export * from './config.ts';
export * from './counters.ts';
export * from './events.ts';
export * from './operations.ts';
export * from './page-tables.ts';
export * from './policies/words.ts';
export * from './policies.ts';
export * from './policy-rules.ts';
export * from './prefetchers.ts';
export * from './pte.ts';
export * from './readers.ts';
export * from './stops.ts';
export * from './views.ts';
