/** pagewalk on Node: everything of `pagewalk`, the engine, trace files and standard input. */
import { setEngineModule } from '../machine/module.ts';
import { setPolicyCache } from '../policy/compile.ts';
import { setScriptModule } from '../policy/script.ts';
import { setEngineSources } from '../policy/sources.ts';
import { policyCache } from './policy-cache.ts';
import { engineModule, engineSourcesText, scriptModule } from './wasm.ts';

export * from '../index.ts';
export * from './compare/index.ts';
export { engineSha256, hostOf } from './host.ts';
export { policyCache } from './policy-cache.ts';
export * from './trace/index.ts';
export { engineModule, traceModule } from './wasm.ts';

setEngineModule(engineModule);
setEngineSources(engineSourcesText);
setScriptModule(scriptModule);
setPolicyCache(policyCache());
