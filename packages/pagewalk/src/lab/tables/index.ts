/** Designs of page table side by side. */
export { type CompareTablesOptions, compareTables, type TableComparison, type TableRun } from './compare.ts';
export { type LeftOut, type TableMachine, type TableMachines, tableMachines } from './machines.ts';
