/** Memory nodes: the policy of the machine as text, `MODE[:LIST]`, and how far the nodes are from each other. */
import { MEMORY_MODES } from '@pagewalk/engine/catalog';
import { nearest } from './nearest.ts';
import type { Complaint } from './tlb.ts';

export const MAX_NODES = 64;
/** Of the distance to oneself (ACPI SLIT). */
export const LOCAL_DISTANCE = 10;
const REMOTE_DISTANCE = 20;
const MAX_DISTANCE = 254;
const MAX_WEIGHT = 255;
const MAX_NS = 1_000_000_000;

export const NUMA_MODES = ['local', 'bind', 'preferred', 'interleave', 'weighted'] as const;

export interface NumaPolicy {
  readonly mode: (typeof NUMA_MODES)[number];
  /** By number; none stands for all (interleave) or for no matter (local). */
  readonly nodes: number[];
  /** Of weighted, one for each node from 0 on. */
  readonly weights: number[];
}

export const NUMA_ACCEPTS =
  "local, interleave[:NODES], bind:NODES, preferred:NODES such as 'bind:0,2-3', or weighted:W0,W1,…";

/** `local`, `bind:0,1`, `weighted:3,1` … */
export function parseNumaPolicy(text: string): NumaPolicy | Complaint[] {
  const [name = '', list] = text.trim().toLowerCase().split(/:(.*)/s);
  const mode = NUMA_MODES.find((known) => known === name.trim());
  if (!mode) {
    const meant = nearest(name, NUMA_MODES);
    const known = `give ${NUMA_ACCEPTS}`;
    return [{ reason: `no policy of nodes '${name}'`, remedy: meant ? `did you mean ${meant}? ${known}` : known }];
  }
  if (mode === 'weighted') return weighted(list);
  if (mode === 'local') {
    if (list === undefined) return { mode, nodes: [], weights: [] };
    return [{ reason: 'local takes no nodes', remedy: 'give local, or bind:NODES' }];
  }
  const nodes = list === undefined ? [] : nodeList(list);
  if (nodes === undefined) {
    return [{ reason: `'${list}' is no list of nodes`, remedy: `give nodes from 0 to ${MAX_NODES - 1} such as 0,2-3` }];
  }
  if (nodes.length === 0 && mode !== 'interleave') return [{ reason: `${mode} needs nodes`, remedy: `give ${mode}:0` }];
  return { mode, nodes, weights: [] };
}

function weighted(list: string | undefined): NumaPolicy | Complaint[] {
  const weights = (list ?? '').split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  const good = weights.every((weight) => weight >= 1 && weight <= MAX_WEIGHT) && weights.length <= MAX_NODES;
  if (!good) {
    return [{ reason: 'no list of weights', remedy: `give one from 1 to ${MAX_WEIGHT} for each node: weighted:3,1` }];
  }
  return { mode: 'weighted', nodes: weights.map((_, node) => node), weights };
}

/** Numbers and ranges, ascending, each once. */
export function nodeList(text: string): number[] | undefined {
  const nodes = new Set<number>();
  for (const part of text.split(',')) {
    const [, from, to] = /^\s*(\d{1,2})(?:-(\d{1,2}))?\s*$/.exec(part) ?? [];
    const first = Number(from ?? Number.NaN);
    const last = Number(to ?? from);
    if (!(first <= last && last < MAX_NODES)) return undefined;
    for (let node = first; node <= last; node++) nodes.add(node);
  }
  return [...nodes].toSorted((a, b) => a - b);
}

/** The text that `parseNumaPolicy` reads back. */
export function numaPolicyText({ mode, nodes, weights }: NumaPolicy): string {
  const list = mode === 'weighted' ? weights : nodes;
  return list.length > 0 ? `${mode}:${list.join(',')}` : mode;
}

/** Place of the mode in MEMORY_MODES. */
export const modeNumber = ({ mode }: NumaPolicy): number => MEMORY_MODES.findIndex(({ name }) => name === mode);

export type Matrix = number[][];

/** Rows separated by `;`, numbers by `,`: `10,20;20,10`. */
export function parseMatrix(text: string, kind: 'distances' | 'ns'): Matrix | null | Complaint[] {
  if (/^(none|)$/i.test(text.trim())) return null;
  const rows = text
    .split(';')
    .map((row) => row.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN)));
  return checkMatrix(rows, kind);
}

/** What a matrix may not be, in the order in which one would look. */
export function checkMatrix(rows: Matrix, kind: 'distances' | 'ns'): Matrix | Complaint[] {
  const flat = rows.flat();
  const [least, most] = kind === 'distances' ? [LOCAL_DISTANCE, MAX_DISTANCE] : [0, MAX_NS];
  if (flat.some((value) => !(Number.isInteger(value) && value >= least && value <= most))) {
    return [
      { reason: 'not a matrix of numbers', remedy: `give whole numbers from ${least} to ${most}: '10,20;20,10'` },
    ];
  }
  if (rows.length > MAX_NODES || rows.some((row) => row.length !== rows.length)) {
    return [{ reason: 'not as many rows as columns', remedy: 'give a row for each node, with a number for each node' }];
  }
  if (kind === 'ns') return rows;
  const crooked = rows.findIndex((row, node) => row[node] !== LOCAL_DISTANCE);
  if (crooked >= 0) {
    return [
      {
        reason: `node ${crooked} is not ${LOCAL_DISTANCE} from itself`,
        remedy: `give ${LOCAL_DISTANCE} on the diagonal`,
      },
    ];
  }
  const skew = rows.findIndex((row, from) => row.some((value, to) => value !== rows[to]?.[from]));
  if (skew < 0) return rows;
  return [{ reason: `node ${skew} is not as far from the others as they are from it`, remedy: 'give both ways alike' }];
}

/** Nanoseconds of a memory reference from each node to each. */
export function nodeNs(config: {
  readonly nodes: number;
  readonly memory_ns: number;
  readonly node_distances: Matrix | null;
  readonly node_ns: Matrix | null;
}): number[][] {
  const { nodes, memory_ns, node_distances, node_ns } = config;
  return Array.from({ length: nodes }, (_from, from) =>
    Array.from({ length: nodes }, (_to, to) => {
      const distance = node_distances?.[from]?.[to] ?? (from === to ? LOCAL_DISTANCE : REMOTE_DISTANCE);
      return node_ns?.[from]?.[to] ?? Math.round((memory_ns * distance) / LOCAL_DISTANCE);
    }),
  );
}
