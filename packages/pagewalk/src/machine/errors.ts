/** A run that cannot go on: the trace or the machine does not fit the other. */
export class MachineError extends Error {
  override readonly name: string = 'MachineError';
}

/** A trace that this configuration cannot run: a call that should have been made otherwise. */
export class MismatchError extends MachineError {
  override readonly name = 'MismatchError';
}

/** A broken promise of the machine itself: a wrong content under `verify`, or an invariant that `check` found violated. */
export class BrokenMachineError extends MachineError {
  override readonly name = 'BrokenMachineError';
}
