/** Runs engine and oracle over one trace; where they part, looks for the record that does it and draws it with all that it changed. */
import type { MachineConfig } from '../oracle/config.ts';
import type { Counters } from '../oracle/counts.ts';
import { isForeseeing, nextUses } from '../oracle/future.ts';
import { Machine } from '../oracle/machine.ts';
import { type Access, describe, touchesOf } from '../oracle/trace.ts';
import { RawEngine } from './raw-engine.ts';
import { differences, engineCounts, engineState, type Facts, oracleCounts, oracleState, shapesOf } from './state.ts';

export type Model = new (config: MachineConfig, future?: readonly number[]) => Machine;

export interface Pair {
  readonly engine: RawEngine;
  readonly oracle: Machine;
}

export class Divergence extends Error {}

export function pair(config: MachineConfig, trace: readonly Access[], model: Model = Machine): Pair {
  const future = isForeseeing(config.policy) ? nextUses(trace, config.pageShift) : [];
  return { engine: new RawEngine(config, trace), oracle: new model(config, future) };
}

/** All that differs between the two now, the engine's own complaint about its invariants included. */
export function between({ engine, oracle }: Pair): string[] {
  const shapes = shapesOf(oracle.config);
  const broken = engine.check();
  return [
    ...(broken === 'none' ? [] : [`check: ${broken}`]),
    ...differences(engineCounts(engine, shapes.keys()), oracleCounts(oracle)).filter(
      (line) => oracle.memory.policy.countsSteps || !line.startsWith('machine policy_steps'),
    ),
    ...differences(engineState(engine, shapes), oracleState(oracle)),
  ];
}

/** Both after the whole trace. Throws a Divergence that shows where they part. */
export function compare(config: MachineConfig, trace: readonly Access[], model: Model = Machine): Pair {
  const given = { config, trace, model };
  const { both, differ } = after(given, trace.length);
  if (differ.length === 0) return both;
  throw new Divergence(`${drawStep(given, firstDivergence(given))}\n\nat the end:\n${lines(differ)}`);
}

/** The engine's counters after the whole trace, once the oracle has come to the same. */
export function count(config: MachineConfig, trace: readonly Access[]): Counters {
  return compare(config, trace).engine.counters();
}

/** After every record of a small case, not only at its end. */
export function compareEachStep(config: MachineConfig, trace: readonly Access[], model: Model = Machine): Pair {
  const both = pair(config, trace, model);
  for (const at of trace.keys()) {
    both.engine.advance(1);
    both.oracle.step(trace[at] as Access);
    if (between(both).length > 0) throw new Divergence(drawStep({ config, trace, model }, at));
  }
  return both;
}

interface Given {
  readonly config: MachineConfig;
  readonly trace: readonly Access[];
  readonly model: Model;
}

/** Both after so many records, run in one piece, and how they differ then. An engine that stops differs by that. */
function after({ config, trace, model }: Given, records: number): { both: Pair; differ: string[] } {
  const both = pair(config, trace, model);
  both.oracle.run(trace.slice(0, records));
  try {
    both.engine.advance(records);
  } catch (error) {
    return { both, differ: [`${error}`] };
  }
  return { both, differ: between(both) };
}

/** A record before which they agree and after which they do not, by bisection. */
function firstDivergence(given: Given): number {
  let [agree, differ] = [0, given.trace.length];
  while (differ - agree > 1) {
    const middle = Math.floor((agree + differ) / 2);
    if (after(given, middle).differ.length > 0) differ = middle;
    else agree = middle;
  }
  return agree;
}

function drawStep(given: Given, at: number): string {
  const { config, trace } = given;
  const access = trace[at] as Access;
  const pages = touchesOf(access, config.pageShift).map(({ page }) => page.toString(16));
  return [
    `engine and oracle part at record ${at} of ${trace.length}: ${describe(access)}, pages ${pages.join(' ')}`,
    lines(after(given, at + 1).differ),
    `before it, both had:\n${drawFacts(oracleState(after(given, at).both.oracle))}`,
    `records up to it:\n${lines(trace.slice(Math.max(0, at - 15), at + 1).map(describe))}`,
    `machine:\n${drawFacts(new Map(Object.entries(config).map(([key, value]) => [key, text(value)])))}`,
  ].join('\n\n');
}

/** At most so many, the rest counted. */
function lines(rows: readonly string[], most = 40): string {
  const rest = rows.length > most ? [`… and ${rows.length - most} more`] : [];
  return [...rows.slice(0, most), ...rest].map((row) => `  ${row.slice(0, 300)}`).join('\n');
}

const drawFacts = (facts: Facts) => lines([...facts].map(([name, value]) => `${name}: ${value}`));
const text = (value: unknown) => JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));
