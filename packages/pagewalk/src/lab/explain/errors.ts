/** A call for an access or a fault that the run does not have. */
export class NoSuchAccessError extends Error {
  override readonly name = 'NoSuchAccessError';
}
