/** Comparisons on several threads. */
export { parallel } from './team.ts';
