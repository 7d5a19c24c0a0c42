/** Traces in files; what OPT must put aside goes to one too. */
import { setSha256 } from '../../trace/bytes.ts';
import { setSpool } from '../../trace/spool.ts';
import { setTraceModule } from '../../trace/wasm.ts';
import { traceModule } from '../wasm.ts';
import { sha256 } from './file.ts';
import { fileSpool } from './spool.ts';

export { openTrace } from './open.ts';
export { fileSpool };

setTraceModule(traceModule);
setSpool(() => fileSpool());
setSha256(sha256);
