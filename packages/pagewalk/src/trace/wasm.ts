/** What trace.wasm exports; packages/engine/assembly/trace/index.ts says what each does. */
export interface TraceExports {
  readonly memory: WebAssembly.Memory;
  options(): number;
  beginMapping(shift: number): void;
  mapPage(virtual: bigint, physical: bigint): void;
  beginReading(reader: number, lenient: number): void;
  inputAt(): number;
  inputEnd(): number;
  supply(bytes: number, last: number): void;
  read(): number;
  waiting(): number;
  lineAt(): number;
  lineEnd(): number;
  lineNumber(): number;
  lineRecordsAt(): number;
  serveLine(records: number, more: number): void;
  refuseLine(from: number, to: number): void;
  leftOut(kind: number): number;
  fact(which: number): number;
  records(): number;
  accesses(): number;
  foldPage(): number;
  skipped(): number;
  truncatedTail(): number;
  faulted(): number;
  faultIsPlain(): number;
  faultFoundIs(): number;
  faultWhat(): number;
  faultExpected(): number;
  faultLine(): number;
  faultByte(): number;
  faultFound(): number;
  faultFoundBytes(): number;
  parameters(): number;
  beginGenerator(pattern: number): void;
  generate(): number;
  recordsIn(): number;
  beginFold(pageShift: number): void;
  foldRecords(count: number): number;
  foldEnd(): number;
  beginGather(): void;
  gatherRoom(): number;
  gatherMore(count: number): void;
  gatherEnd(): number;
  beginExpansion(count: number): void;
  expand(): number;
  lines(): number;
  encodeText(first: number, end: number): number;
  encoded(): number;
  vmtCrc(from: number, bytes: number, crc: number): number;
  vmtRoom(): number;
  vmtBegin(kind: number, pageShift: number, bytes: number): number;
  vmtRead(runs: number): number;
  vmtWaiting(): number;
  vmtOperation(): number;
  vmtOperationBytes(): number;
  vmtOut(): number;
  vmtServe(bytes: number, records: number): void;
  vmtEvents(): number;
  vmtAccesses(): number;
  vmtFault(): number;
  vmtFaultAt(): number;
  vmtEncode(kind: number, pageShift: number, mostEvents: number): void;
  vmtPut(first: number, end: number): number;
  vmtIsFull(): number;
  vmtOperationRoom(): number;
  vmtPutOperation(bytes: number): void;
  vmtKind(): number;
  vmtEventsPut(): number;
  vmtAccessesPut(): number;
  vmtEnd(): number;
  vmtPayload(): number;
  vmtNext(): void;
}

type Load = () => Promise<WebAssembly.Module>;

let load: Load | undefined;

/** Where trace.wasm comes from when none is given: `pagewalk/node` and `pagewalk/browser` say so. */
export function setTraceModule(from: Load): void {
  load = from;
}

/** A fresh instance: one for each reader, generator, folder or writer. */
export async function instantiate(given?: WebAssembly.Module): Promise<TraceExports> {
  const module = given ?? (await load?.());
  if (!module) throw new Error("no trace.wasm: import 'pagewalk/node' or 'pagewalk/browser', or pass a module");
  const abort = (): never => {
    throw new Error('trace.wasm: out of memory');
  };
  const { exports } = await WebAssembly.instantiate(module, { env: { abort } });
  return exports as unknown as TraceExports;
}

/** A string of AssemblyScript: UTF-16, its length in bytes in the four bytes before. */
export function stringAt(memory: WebAssembly.Memory, pointer: number): string {
  const length = new DataView(memory.buffer).getUint32(pointer - 4, true);
  return String.fromCharCode(...new Uint16Array(memory.buffer, pointer, length / 2));
}
