/** Makes a machine's core, and says what is wrong when it does not fit into the engine. */
import { CREATE_ERRORS } from '@pagewalk/engine/catalog';
import { memoryProblem } from './config/memory.ts';
import { ConfigError } from './config/problem.ts';
import type { MachineConfig } from './config/schema.ts';
import { Core } from './core.ts';

/** @throws ConfigError */
export async function startCore(config: MachineConfig, module: WebAssembly.Module): Promise<Core> {
  let refused: number;
  try {
    const core = await Core.start(config, module);
    if (core instanceof Core) return core;
    refused = core;
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw new ConfigError([memoryProblem(config)]);
    throw error;
  }
  const row = CREATE_ERRORS[refused];
  if (row?.name === 'levels') {
    const reason = `${row.meaning}`;
    throw new ConfigError([
      { path: 'pt_type', value: config.pt_type, reason, remedy: 'give fewer levels or more va_bits' },
    ]);
  }
  throw new ConfigError([memoryProblem(config)]);
}
