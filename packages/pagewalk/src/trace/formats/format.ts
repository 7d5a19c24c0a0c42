import type { ReaderName } from '@pagewalk/engine/catalog';
import type { ByteSource, Metered, Sha256 } from '../bytes.ts';
import type { Head } from '../head.ts';
import type { LineDoor } from '../line-door.ts';
import type { ObjectNames } from '../operations/names.ts';
import type { Recognition, TraceInfo, TraceSource } from '../source.ts';
import type { TraceExports } from '../wasm.ts';

export interface ReadOptions {
  /** How to read a lackey `M` line: one access that writes (the default), or a load and a store. */
  readonly modify?: 'write' | 'both';
  /** Bytes that a page number of a reference string stands for; a power of two, 4096 by default. */
  readonly referencePage?: number;
  /** What the numbers of objects or blocks are: pages of 4096 bytes, byte addresses, or sectors of 512 bytes. */
  readonly idIs?: 'page' | 'byte' | 'lbn512';
  /** An access has its size and touches all its pages (the default where sizes are told), or only its first byte. */
  readonly split?: boolean;
  /** Which column of a csv is what: `addr=4,op=2`, by name or by number from 1. */
  readonly columns?: string;
  /** Text of a file that maps virtual to physical addresses, or `markers`, by which the trace itself says it. */
  readonly v2p?: string;
}

export type ReadOption = keyof ReadOptions;

/** What every reader is made of. */
export interface ReaderParts {
  readonly name: string;
  readonly format: TraceFormat;
  readonly options: ReadOptions & { readonly lenient?: boolean };
  readonly compression: string | null;
  /** The input as given, under the decompression. */
  readonly raw: Metered;
  readonly sizeHint: number | null;
  /** The input decompressed. */
  readonly text: ByteSource;
  readonly head: Head;
  readonly recognition: Recognition | null;
  /** For messages, if the input is made of several files: the file, and the record and the byte in it. */
  readonly placeOf?: (byte: number) => { readonly file: string; readonly record: number; readonly byte: number };
  readonly objects: ObjectNames;
  /** trace.wasm, if not the host's. */
  readonly module?: WebAssembly.Module | undefined;
  /** In place of the format's own. */
  readonly door?: LineDoor | undefined;
  /** A fresh hash, where the host has one. */
  readonly newHash?: (() => Sha256) | undefined;
}

/** How a format is read by a reader in trace.wasm. */
export interface WasmReading {
  readonly reader: ReaderName;
  /** Up to 16 numbers of 32 bits for the reader. @throws RangeError */
  options?(options: ReadOptions, head: Head): readonly number[];
  /** What is to be told of this trace, going by its beginning. */
  told?(options: ReadOptions, head: Head): Partial<Pick<TraceInfo, 'settings' | 'notes'>>;
  /** Tells the reader more than numbers, before it begins. @throws TraceError */
  prepare?(wasm: TraceExports, options: ReadOptions): void;
  /** Reads the lines that the reader leaves to the host. */
  door?(options: ReadOptions): LineDoor;
  /** Names of what the reader counts as left out, by its numbers. */
  readonly leftOut?: readonly string[];
  /** Names of the facts that the reader tells, by their numbers. */
  readonly facts?: readonly string[];
  /** The facts as they are told, if not by those names and numbers; the reader has told only some of them. */
  tell?(facts: Readonly<Record<string, number | undefined>>): Record<string, string | number>;
}

/** One row per trace format. It has a reader in trace.wasm, or opens one written here. */
export interface TraceFormat {
  readonly name: string;
  /** What a line or a record looks like, for messages and help. */
  readonly shape: string;
  /** What places in it are counted by. */
  readonly unit: 'line' | 'record';
  /** How much the beginning looks like this format, from 0 (not at all) to 1; a damaged one still looks like it somewhat. */
  likeness(head: Head): number;
  readonly wasm?: WasmReading;
  open?(parts: ReaderParts): TraceSource | Promise<TraceSource>;
  /** The options that it takes; another that is given is refused. */
  readonly uses?: readonly ReadOption[];
  /** What to report of the options in the trace's info. */
  settings?(options: ReadOptions): Record<string, string | number>;
  /** What is true of every trace of this format and not of every trace. */
  readonly notes?: readonly string[];
}
