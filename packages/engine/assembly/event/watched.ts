/** Type arguments of the touch path: whether it leaves events. */
export class Watched {}
export class Unwatched {}

/** A constant for the compiler. */
export function watched<W>(): bool {
  return idof<W>() == idof<Watched>();
}
