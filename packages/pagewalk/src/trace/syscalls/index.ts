export { type LogFacts, SystemCallDoor } from './door.ts';
export type { FileFacts } from './file-calls.ts';
export { infoOf } from './info.ts';
export { CallLines, type CallWord, type SystemCall, threadOf } from './line.ts';
export { type LogPiece, type MergeParts, merged, type ProcessLog, TURN_ACCESSES } from './merge.ts';
export { concernsMemory, type ProcessEvent, TracedProcess } from './process.ts';
export { loadProgram, type ProgramPart } from './program.ts';
export { World } from './world.ts';
