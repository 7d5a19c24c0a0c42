/** What every experiment on a trace needs: a machine's configuration, a way to read the trace again, and someone who waits. */

import { Attendant, type Progress } from '../../machine/attended.ts';
import { parseConfig } from '../../machine/config/parse.ts';
import { rowOfChoice } from '../../machine/config/policy.ts';
import type { ConfigInput, MachineConfig } from '../../machine/config/schema.ts';
import { defaultModule } from '../../machine/module.ts';
import type { TraceSource } from '../../trace/source.ts';
import type { MachineFacts } from './types.ts';

export interface LabOptions {
  /** Opens the trace from its beginning; called once for each reading. */
  readonly open: () => Promise<TraceSource> | TraceSource;
  readonly config?: ConfigInput;
  /** The compiled engine.wasm; by default the one of `pagewalk/node` or `pagewalk/browser`. */
  readonly module?: WebAssembly.Module;
  /** Called about ten times a second with what is being done. */
  readonly onProgress?: ((progress: LabProgress) => void) | undefined;
  /** Ends the work early by throwing `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

export interface LabProgress extends Progress {
  readonly what: string;
}

export class Lab {
  readonly config: MachineConfig;
  readonly module: WebAssembly.Module;
  private readonly options: LabOptions;

  private constructor(options: LabOptions, config: MachineConfig, module: WebAssembly.Module) {
    this.options = options;
    this.config = config;
    this.module = module;
  }

  /** @throws ConfigError naming everything that is wrong with the configuration. */
  static async of(options: LabOptions): Promise<Lab> {
    return new Lab(options, parseConfig(options.config), options.module ?? (await defaultModule()));
  }

  async open(): Promise<TraceSource> {
    return this.options.open();
  }

  attendant(what: string, source: TraceSource): Attendant {
    const { onProgress, signal } = this.options;
    const tell = onProgress && (() => onProgress({ what, position: source.position(), size: source.sizeHint }));
    return new Attendant(tell, signal);
  }
}

export const machineFacts = ({
  policy,
  frames,
  page_size,
  va_bits,
  cpus,
  vspace,
  ws_limit,
}: MachineConfig): MachineFacts => ({
  policy: policy.id,
  params: policy.params,
  frames,
  page_size,
  va_bits,
  cpus,
  vspace,
  limited: ws_limit !== null,
  releases: rowOfChoice(policy)?.releases === true,
});

/** The same machine with another number of frames. */
export const withFrames = (config: MachineConfig, frames: number): MachineConfig => ({
  ...config,
  frames,
  ram: frames * config.page_size,
});

/** The same machine with the policy that knows the future. */
export const withOpt = (config: MachineConfig): MachineConfig => ({ ...config, policy: { id: 'opt', params: {} } });
