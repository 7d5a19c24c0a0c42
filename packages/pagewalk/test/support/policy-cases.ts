/** What the tests of single policies share: strings worked out by hand, and limit cases in which one policy is another. */
import { readFileSync } from 'node:fs';
import type { PolicyId } from '@pagewalk/engine/catalog';
import fc from 'fast-check';
import { expect } from 'vitest';
import { machine } from '../oracle/config.ts';
import { type Access, draw } from '../oracle/trace.ts';
import { effort } from './arbitrary.ts';
import { drawing, picture } from './picture.ts';
import { RawEngine } from './raw-engine.ts';

/** The engine draws what was worked out: references, a row for each frame, a star under each fault. The policy's page has the same drawing. */
export function byHand(policy: PolicyId, params: number[], worked: string): void {
  const expected = drawing(worked);
  const rows = expected.split('\n');
  const references = (rows[0] as string).trim().split(/\s+/).join(' ');
  const config = machine({ policy, params, frames: rows.length - 2 });
  expect(drawing(picture(config, draw(references)))).toBe(expected);
  const page = new URL(`../../../../docs/policies/${policy.replaceAll('_', '-')}.md`, import.meta.url);
  expect(readFileSync(page, 'utf8'), `${policy}: its page`).toContain(`\n${expected}\n`);
}

/** Three processes, a dozen pages each, small numbers more often; some writes. */
const references: fc.Arbitrary<Access[]> = fc.array(
  fc
    .record({ pid: fc.nat(2), op: fc.constantFrom('R', 'R', 'W'), a: fc.nat(11), b: fc.nat(11) })
    .map(
      ({ pid, op, a, b }) => ({ pid, op, address: BigInt(Math.min(a, b)) << 12n, extent: 1, folded: false }) as Access,
    ),
  { maxLength: 300, size: 'max' },
);

export interface Chosen {
  readonly policy: PolicyId;
  readonly params: number[];
}

/** An engine that has played a trace, or its beginning. */
export const run = ({ policy, params }: Chosen, frames: number, trace: readonly Access[], records = trace.length) =>
  new RawEngine(machine({ policy, params, frames }), trace).advance(records);

/** Two policies evict the same pages on random strings: equal faults, writes and final contents. */
export function areTheSame(one: Chosen, other: Chosen): void {
  fc.assert(
    fc.property(references, fc.integer({ min: 1, max: 12 }), (trace, frames) => {
      const [a, b] = [one, other].map((chosen) => run(chosen, frames, trace));
      expect(a?.counters()).toEqual({ ...b?.counters(), policy_steps: expect.anything() });
      expect(a?.frames().map((frame) => frame?.page)).toEqual(b?.frames().map((frame) => frame?.page));
    }),
    effort(30),
  );
}

export const faults = (chosen: Chosen, frames: number, references: string): number =>
  run(chosen, frames, draw(references)).counters().page_faults;

/** A property of one policy on random strings. */
export function always(holds: (trace: readonly Access[], frames: number) => void): void {
  fc.assert(fc.property(references, fc.integer({ min: 1, max: 12 }), holds), effort(30));
}
