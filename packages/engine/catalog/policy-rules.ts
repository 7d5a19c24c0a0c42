/** What a policy can be doing when it breaks a rule of the guard (assembly/guarded); the place of a row is its number. */
export const POLICY_HOOKS = [
  { name: 'none', call: '' },
  { name: 'constructor', call: 'its constructor' },
  { name: 'on_load', call: 'onLoad' },
  { name: 'on_hit', call: 'onHit' },
  { name: 'on_evict', call: 'onEvict' },
  { name: 'on_discard', call: 'onDiscard' },
  { name: 'on_split', call: 'onSplit' },
  { name: 'on_move', call: 'onMove' },
  { name: 'on_cold', call: 'onCold' },
  { name: 'victim', call: 'victim' },
  { name: 'surplus', call: 'surplus' },
  { name: 'on_tick', call: 'onTick' },
  { name: 'state', call: 'state' },
  { name: 'agrees', call: 'agrees' },
] as const;

/** The rules for policies that somebody brings along; the place of a row is its number. Details: two words that the row names. */
export const POLICY_RULES = [
  { name: 'none', meaning: 'no rule was broken', details: ['', ''] },
  { name: 'steps', meaning: 'a decision ends after a limited number of steps', details: ['steps', ''] },
  { name: 'index', meaning: 'an index is below the length of its column', details: ['index', 'length'] },
  { name: 'frame', meaning: 'a frame number is below the number of frames', details: ['frame', 'frames'] },
  { name: 'memory', meaning: 'the constructor allocates a limited number of bytes', details: ['bytes', 'bytes left'] },
  { name: 'allocation', meaning: 'nothing is allocated outside of the constructor', details: ['bytes', ''] },
  { name: 'victim', meaning: 'a victim is a frame whose page may be taken', details: ['frame', 'state'] },
  { name: 'no_victim', meaning: 'a victim is named if there is any', details: ['frame', ''] },
  { name: 'agrees', meaning: 'agrees() holds a frame exactly while it is resident', details: ['frame', 'resident'] },
  { name: 'free_item', meaning: 'what is taken from a list, or has neighbours, is in one', details: ['item', ''] },
  { name: 'held_item', meaning: 'an item is in one list at most', details: ['item', ''] },
  { name: 'recency', meaning: 'the list of recency has an item for each frame', details: ['items', 'frames'] },
] as const;

export type PolicyHookName = (typeof POLICY_HOOKS)[number]['name'];
export type PolicyRuleName = (typeof POLICY_RULES)[number]['name'];
