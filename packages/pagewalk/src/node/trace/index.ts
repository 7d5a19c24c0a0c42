/** Traces in files; what OPT must put aside goes to one too. */
import { setBzip2Module } from '../../trace/compression/index.ts';
import { setSha256 } from '../../trace/sha256.ts';
import { setSpool } from '../../trace/spool.ts';
import { setVmtHost } from '../../trace/vmt/host.ts';
import { setTraceModule } from '../../trace/wasm.ts';
import { bzip2Module, traceModule } from '../wasm.ts';
import { sha256 } from './file.ts';
import { fileSpool } from './spool.ts';
import { vmtOnNode } from './vmt-zstd.ts';

export { openTrace } from './open.ts';
export { openVmtAt } from './vmt-at.ts';
export { fileSpool };

setTraceModule(traceModule);
setBzip2Module(bzip2Module);
setSpool(() => fileSpool());
setSha256(sha256);
setVmtHost(vmtOnNode);
