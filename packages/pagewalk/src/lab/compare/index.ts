/** Policies side by side. */
export type { CellFailure, CellOutcome, CellPlan, Feed } from './cell.ts';
export { type ComparePoliciesOptions, comparePolicies } from './compare.ts';
export { COMPARISON_CSV_HEADER, comparisonCsv } from './csv.ts';
export { type Execution, type Executor, sequential } from './executor.ts';
export type { MemorySize } from './memory-size.ts';
export { type ComparePlan, type CompareQuestion, DEFAULT_SIZES, planComparison } from './plan.ts';
export type { ComparedPolicy } from './policy-list.ts';
export {
  COMPARED_COUNTERS,
  COMPARISON_SCHEMA,
  comparisonJsonSchema,
  comparisonSchema,
  type PolicyComparison,
  type PolicyRun,
  type RunFigures,
} from './schema.ts';
