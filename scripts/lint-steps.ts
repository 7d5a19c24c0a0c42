import type { Step } from './steps.ts';

export const lint: Step[] = [
  { name: 'lint and format', commands: [['biome', 'check', '--error-on-warnings', '.']] },
  { name: 'typed lint', commands: [['oxlint', '--type-aware', '--deny-warnings']] },
];

export const lintFix: Step[] = [
  { name: 'lint and format', commands: [['biome', 'check', '--write', '.']] },
  { name: 'typed lint', commands: [['oxlint', '--type-aware', '--fix']] },
];
