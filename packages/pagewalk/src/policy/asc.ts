/** The compiler, by itself because it is large: bundles keep it in a file of its own, which is loaded when a policy is compiled. */
import * as assemblyscript from 'assemblyscript';
import * as asc from 'assemblyscript/asc';
import binaryen from 'assemblyscript/binaryen';

/** Sources of the language's library by their paths. */
const { libraryFiles } = asc as unknown as { readonly libraryFiles: Readonly<Record<string, string>> };

export { assemblyscript, binaryen, libraryFiles };
