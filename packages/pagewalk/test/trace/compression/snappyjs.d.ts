declare module 'snappyjs' {
  const snappy: {
    /** A block. @throws Error if it is damaged or of more than `most` bytes. */
    uncompress(bytes: Uint8Array, most?: number): Uint8Array;
    compress(bytes: Uint8Array): Uint8Array;
  };
  export default snappy;
}
