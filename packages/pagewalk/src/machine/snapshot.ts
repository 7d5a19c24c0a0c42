/**
 * The whole machine at one moment. All state that changes lies in the engine's memory, so a snapshot is a copy of it, and restoring is
 * copying it back, into the same machine or another one of the same configuration.
 */
import type { MachineConfig } from './config/schema.ts';
import type { Engine } from './engine.ts';
import { MachineError } from './errors.ts';

export interface Snapshot {
  readonly config: MachineConfig;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What a policy that is a JavaScript object saved. */
  readonly script?: unknown;
  /** Names of files and shared memory objects, by their numbers in the machine. */
  readonly objects?: readonly string[];
}

const WASM_PAGE = 65_536;

/** @throws MachineError if the policy is a JavaScript object that does not save itself. */
export function takeSnapshot(engine: Engine, config: MachineConfig): Snapshot {
  const script = engine.script ? { script: engine.script.save() } : {};
  return { config, bytes: engine.memory.slice(), ...script };
}

export function restoreSnapshot(engine: Engine, config: MachineConfig, snapshot: Snapshot): void {
  if (snapshot.config !== config && JSON.stringify(snapshot.config) !== JSON.stringify(config)) {
    throw new MachineError('the snapshot is of a machine with another configuration');
  }
  const missing = snapshot.bytes.length - engine.memory.length;
  if (missing > 0) engine.exports.memory.grow(missing / WASM_PAGE);
  engine.memory.set(snapshot.bytes);
  // What the machine grew since then must be zero again: page tables are taken from there.
  engine.memory.fill(0, snapshot.bytes.length);
  engine.script?.restore(snapshot.script);
}
