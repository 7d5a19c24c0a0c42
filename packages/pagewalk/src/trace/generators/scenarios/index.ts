/** Made traces of programs that use the operating system. */
import { CHUNK_RECORDS, RECORD_BYTES } from '../../record.ts';
import { type Chunk, NOTHING_TOLD, type TraceInfo, type TraceSource } from '../../source.ts';
import { FileScan } from './file-scan.ts';
import { ForkServer } from './fork-server.ts';
import { RandomOperations } from './random-operations.ts';
import { type Scenario, type ScenarioSettings, Script } from './script.ts';
import { SharedMemory } from './shared-memory.ts';

const KINDS: Readonly<Record<string, new (script: Script) => Scenario>> = {
  fork_server: ForkServer,
  shared_memory: SharedMemory,
  file_scan: FileScan,
  operations: RandomOperations,
};

/** `told` is what its info says of its settings. */
export function scenario(type: string, settings: ScenarioSettings, told: TraceInfo['settings']): TraceSource {
  const Kind = KINDS[type];
  if (!Kind) throw new RangeError(`no scenario '${type}'`);
  return new Scripted(type, new Script(settings), Kind, told);
}

class Scripted implements TraceSource {
  readonly name: string;
  readonly format: string;
  readonly sizeHint: number;
  readonly foldedPage = null;
  readonly operations: NonNullable<TraceSource['operations']>;
  private readonly script: Script;
  private readonly told: TraceInfo['settings'];
  private readonly begin: () => Scenario;
  private scenario: Scenario | null = null;
  private finished = false;
  private records = 0;
  private handedOut = 0;

  constructor(name: string, script: Script, Kind: new (script: Script) => Scenario, told: TraceInfo['settings']) {
    this.name = name;
    this.format = name;
    this.sizeHint = script.settings.accesses;
    this.script = script;
    this.told = told;
    this.begin = () => new Kind(script);
    this.operations = {
      get count() {
        return script.operations;
      },
      names: script.objectNames,
      lineOf: () => null,
    };
  }

  async next(): Promise<Chunk | null> {
    const { script } = this;
    script.drop(this.handedOut);
    this.handedOut = 0;
    this.scenario ??= this.begin();
    while (script.written < CHUNK_RECORDS && !this.finished) {
      if (script.left > 0) this.scenario.step();
      else {
        this.scenario.finish();
        this.finished = true;
      }
    }
    const bytes = script.head(CHUNK_RECORDS);
    this.handedOut = bytes.length / RECORD_BYTES;
    this.records += this.handedOut;
    return this.handedOut > 0 ? { bytes, records: this.handedOut } : null;
  }

  info(): TraceInfo {
    return {
      format: this.format,
      accesses: this.position(),
      records: this.records,
      operations: this.script.operations,
      skipped: 0,
      firstSkipped: null,
      foldedPage: null,
      compression: null,
      bytes: 0,
      sha256: null,
      truncatedTail: 0,
      settings: this.told,
      ...NOTHING_TOLD,
    };
  }

  position(): number {
    return this.script.settings.accesses - this.script.left;
  }

  async close(): Promise<void> {}
}
