/**
 * A replacement policy. One row and one file (`assembly/policy/<id>.ts`, exporting `className`) are a policy: ids, the factory,
 * names on the command line, help, JSON Schema, documentation and the test matrix all follow from here.
 */
export interface PolicyParameter {
  readonly name: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly meaning: string;
}

export const POLICY_FAMILIES = [
  'classic',
  'clock',
  'working-set',
  'lists',
  'adaptive',
  'modern',
  'write-aware',
  'kernel',
] as const;

/** Parameters that a policy may have. */
export const MOST_PARAMETERS = 8;

export interface PolicyRow {
  readonly id: string;
  readonly className: string;
  readonly aliases: readonly string[];
  readonly family: (typeof POLICY_FAMILIES)[number];
  /**
   * What the policy may see, and so whether a kernel could run it:
   *   `ref-bit`       the reference bit that hardware sets; the policy itself is not called on a hit;
   *   `every-access`  `onHit` at each touch: no kernel can have this, only a simulator or a cache in software;
   *   `faults-only`   loads and evictions.
   */
  readonly observes: 'ref-bit' | 'every-access' | 'faults-only';
  /**
   * What touching again the page that was touched last changes:
   *   `never`   nothing, not even right after its load;
   *   `once`    the first such touch after a load may count, one after a hit changes nothing;
   *   `always`  each counts, or the time of the last one matters.
   */
  readonly repeats: 'never' | 'once' | 'always';
  /**
   * Of any number of hits only the order of the last ones of each page is left: a policy that is told of these alone, in their order, comes to
   * the same state. Left out where it is not so, and where hits are not told.
   */
  readonly byLastHit?: true;
  /** Passed to the constructor in the order of their rows. */
  readonly params: readonly PolicyParameter[];
  readonly summary: string;
  readonly source: string;
  /** Where it departs from its source; empty if nowhere. */
  readonly departs: string;
  /** What a real kernel could observe of it, who runs it, or why none can. */
  readonly kernel: string;
  /** A stack algorithm: what is resident with k frames is resident with k + 1. */
  readonly inclusion?: true;
  /** It asks when pages are used next. */
  readonly future?: true;
  /** It gives pages back that nobody needs the room of. */
  readonly releases?: true;
  /** It has dirty pages written before it takes them. */
  readonly writes?: true;
  /** It remembers pages that are not resident. */
  readonly ghosts?: true;
}
