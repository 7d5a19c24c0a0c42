export interface ReadOptions {
  /** How to read a lackey `M` line: one access that writes (the default), or a load and a store. */
  readonly modify?: 'write' | 'both';
  /** Bytes that a page number of a reference string stands for; a power of two, 4096 by default. */
  readonly referencePage?: number;
}

/** One row per trace format: everything the library knows of it but the reading itself, which is in trace.wasm. */
export interface TextFormat {
  readonly name: string;
  /** What a line looks like, for messages and help. */
  readonly shape: string;
  /** Does a line look like one of this format, even a damaged one? No line looks like two formats. */
  readonly resembles: RegExp;
  /** Number of the reader in trace.wasm. */
  readonly reader: number;
  /** The `option` of `beginReading`. @throws RangeError */
  option?(options: ReadOptions): number;
  /** What to report of the options in the trace's info. */
  settings?(options: ReadOptions): Record<string, string | number>;
}
