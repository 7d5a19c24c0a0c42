/** Policies that somebody brings along. */
export { OwnPolicy } from '../machine/own/own-policy.ts';
export { PolicyError, type PolicyFailure } from '../machine/own/policy-error.ts';
export type { OwnRow } from '../machine/own/row.ts';
export type { PolicyObject, ScriptContext, ScriptPolicy } from '../machine/own/script.ts';
export { type CompiledPolicy, compilePolicy, type PolicyCache, type PolicySource, setPolicyCache } from './compile.ts';
export { PolicyFileError, type PolicyFileProblem } from './errors.ts';
export { policyOfObject, type ScriptSource, setScriptModule } from './script.ts';
export { setEngineSources } from './sources.ts';
