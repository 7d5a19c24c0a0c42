/** Traces in files: setting the spool makes OPT's index live there too. */
import { setSpool } from '../../trace/spool.ts';
import { fileSpool } from './spool.ts';

export { openTrace } from './open.ts';
export { fileSpool };

setSpool(() => fileSpool());
