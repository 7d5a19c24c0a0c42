/** The engine for one policy that somebody brought along: all that index.ts exports, and what the guard has to tell. */
export * from '../index';
export { policyGuard } from './guard';
