/** Runs engine and oracle over one trace; where they part, runs both again record by record and draws the first record that shows it. */
import type { MachineConfig } from '../oracle/config.ts';
import type { Counters } from '../oracle/counts.ts';
import { nextUses } from '../oracle/future.ts';
import { Machine } from '../oracle/machine.ts';
import { type Access, describe, touchesOf } from '../oracle/trace.ts';
import { RawEngine } from './raw-engine.ts';
import { differences, engineCounts, engineState, oracleCounts, oracleState, shapesOf } from './state.ts';

export type Model = new (config: MachineConfig, future?: readonly number[]) => Machine;

export interface Pair {
  readonly engine: RawEngine;
  readonly oracle: Machine;
}

export class Divergence extends Error {}

export function pair(config: MachineConfig, trace: readonly Access[], model: Model = Machine): Pair {
  const future = config.policy === 'opt' ? nextUses(trace, config.pageShift) : [];
  return { engine: new RawEngine(config, trace), oracle: new model(config, future) };
}

/** All that differs between the two now, the engine's own complaint about its invariants included. */
export function between({ engine, oracle }: Pair): string[] {
  const shapes = shapesOf(oracle.config);
  const broken = engine.check();
  return [
    ...(broken === 'none' ? [] : [`check: ${broken}`]),
    ...differences(engineCounts(engine, shapes.keys()), oracleCounts(oracle)),
    ...differences(engineState(engine, shapes), oracleState(oracle)),
  ];
}

/** Both after the whole trace. Throws a Divergence that shows where they part. */
export function compare(config: MachineConfig, trace: readonly Access[], model: Model = Machine): Pair {
  const both = pair(config, trace, model);
  let stopped: unknown = null;
  try {
    both.engine.advance();
  } catch (error) {
    stopped = error;
  }
  both.oracle.run(trace);
  const differ = stopped === null ? between(both) : [`${stopped}`];
  if (differ.length > 0)
    throw new Divergence(`${firstDivergence(config, trace, model)}\n\nat the end:\n${lines(differ)}`);
  return both;
}

/** The engine's counters after the whole trace, once the oracle has come to the same. */
export function count(config: MachineConfig, trace: readonly Access[]): Counters {
  return compare(config, trace).engine.counters();
}

/** After every record of a small case, not only at its end. */
export function compareEachStep(config: MachineConfig, trace: readonly Access[], model: Model = Machine): Pair {
  const { both, text } = walkApart(config, trace, model);
  if (text !== null) throw new Divergence(text);
  return both;
}

function firstDivergence(config: MachineConfig, trace: readonly Access[], model: Model): string {
  return walkApart(config, trace, model).text ?? 'the records one by one agree: only the run in one piece does not';
}

function walkApart(config: MachineConfig, trace: readonly Access[], model: Model): { both: Pair; text: string | null } {
  const both = pair(config, trace, model);
  for (const [at, access] of trace.entries()) {
    const before = oracleState(both.oracle);
    let differ: string[];
    try {
      both.engine.advance(1);
      both.oracle.step(access);
      differ = between(both);
    } catch (error) {
      differ = [`${error}`];
    }
    if (differ.length === 0) continue;
    const touches = touchesOf(access, config.pageShift).map(({ page }) => page.toString(16));
    const text = [
      `engine and oracle part at record ${at} of ${trace.length}: ${describe(access)}, pages ${touches.join(' ')}`,
      lines(differ),
      `before it, both had:\n${draw(before)}`,
      `records up to it:\n${lines(trace.slice(Math.max(0, at - 15), at + 1).map(describe))}`,
      `machine: ${draw(new Map(Object.entries(config).map(([key, value]) => [key, text1(value)])))}`,
    ].join('\n\n');
    return { both, text };
  }
  return { both, text: null };
}

/** At most so many, the rest counted. */
function lines(rows: readonly string[], most = 40): string {
  const rest = rows.length > most ? [`… and ${rows.length - most} more`] : [];
  return [...rows.slice(0, most), ...rest].map((row) => `  ${row}`).join('\n');
}

const draw = (facts: ReadonlyMap<string, string>) => lines([...facts].map(([name, value]) => `${name}: ${value}`));
const text1 = (value: unknown) => JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));
