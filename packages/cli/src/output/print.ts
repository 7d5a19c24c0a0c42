/** Writes to standard output and waits until it is taken: a slow reader slows the writer down instead of filling memory. */
export function print(data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(data, (error) => (error ? reject(error) : resolve()));
  });
}
