/**
 * The readers of traces in trace.wasm, each in `assembly/trace/<name>.ts`: `begin` is called once its options are there, `read` for every
 * chunk. The place of a row is its number.
 */
export const READERS = [
  { name: 'text' },
  { name: 'lackey' },
  { name: 'reference' },
  { name: 'dinero' },
  { name: 'dinero_extended' },
  { name: 'drmemtrace_view' },
  { name: 'csv' },
  { name: 'msr' },
  { name: 'tencent' },
  { name: 'gem5_text' },
  { name: 'drmemtrace' },
  { name: 'champsim' },
  { name: 'cloudsuite' },
  { name: 'requests' },
  { name: 'vscsi' },
] as const satisfies readonly {
  readonly name: string;
}[];

export type ReaderName = (typeof READERS)[number]['name'];
