/** Why an access was fast or slow, and what kind of fault every fault of a run is. */
export {
  type ClassCounts,
  type ClassifiedFault,
  type ClassifyOptions,
  classify,
  type FaultClasses,
} from './classes.ts';
export { NoSuchAccessError } from './errors.ts';
export { explain } from './explain.ts';
export type { LabOptions, LabProgress } from './lab.ts';
export type * from './types.ts';
