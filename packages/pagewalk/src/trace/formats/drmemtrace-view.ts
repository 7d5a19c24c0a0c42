import { byLines } from '../head.ts';
import type { TraceFormat } from './format.ts';

const DETAILS = 'ifetch|read|write|iflush|dflush|pref\\S*|<|[\\da-f]{2}';

export const drmemtraceView: TraceFormat = {
  name: 'drmemtrace_view',
  shape: "text of DynamoRIO's view tool",
  unit: 'line',
  likeness: byLines(
    new RegExp(
      `^[ \\t]*\\d+[ \\t]+\\d+:[ \\t]+(W\\d+\\.)?T?\\d+[ \\t]+(${DETAILS})|^(Output format:|<--record#->|-{10,}$|View tool results:)`,
    ),
    /^[ \t]*\d+[ \t]+\d+:[ \t]/,
  ),
  wasm: {
    reader: 'drmemtrace_view',
    leftOut: ['markers', 'thread_exits', 'flushes', 'prefetches', 'unfetched_instructions', 'other_records'],
  },
};
