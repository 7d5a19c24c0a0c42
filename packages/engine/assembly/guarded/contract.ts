/** What a policy that somebody brings along may import: `import { … } from 'pagewalk/policy'`. */
export { Column, column, columnOfNone } from './ds/column';
export { exponentialOfMinus } from './ds/exponential';
export { FrequencyLists } from './ds/frequency-lists';
export { FrequencySketch } from './ds/frequency-sketch';
export { GhostLists } from './ds/ghost-lists';
export { GhostQueue } from './ds/ghost-queue';
export { HashIndex } from './ds/hash-index';
export { Heap } from './ds/heap';
export { Lists } from './ds/lists';
export { Random } from './ds/random';
export { SizedLists } from './ds/sized-lists';
export {
  CLEAN,
  CLEAN_IN_SWAP,
  DIRTY,
  FRAME_EVICTABLE,
  FRAME_FREE,
  FRAME_PINNED,
  FRAME_RESERVED,
  FRAME_TAIL,
  FrameColumn,
  Frames,
  LAZILY_FREE,
  RefColumn,
} from './frame/frames';
export { Future, Policy, PolicyContext } from './policy/policy';
export { Writer } from './swap/writer';
export { VirtualTime } from './time/virtual-time';
export { Asid, Frame, NONE, NONE64, NOWHERE, Ns, PageKey } from './types';
