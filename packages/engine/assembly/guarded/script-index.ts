/** The engine for one policy that is a JavaScript object: all that index.ts exports, and what the object asks. */
export * from './index';
export {
  scriptFrames,
  scriptIsDirty,
  scriptIsEvictable,
  scriptIsReferenced,
  scriptIsWriting,
  scriptNextUse,
  scriptNow,
  scriptOwnerOf,
  scriptParam,
  scriptPending,
  scriptRunning,
  scriptSchedule,
  scriptSeed,
  scriptSet,
  scriptSetReference,
  scriptTimeOf,
} from './script';
