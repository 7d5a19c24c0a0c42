// The part of `assemblyscript/asc` that the scripts call. Its own declarations redefine the global `console`.
declare const asc: {
  main(
    argv: string[],
    options?: {
      readFile?: (name: string, base: string) => string | null | Promise<string | null>;
      writeFile?: (name: string, contents: string | Uint8Array, base: string) => void | Promise<void>;
      listFiles?: (folder: string, base: string) => string[] | null;
    },
  ): Promise<{ error: Error | null; stdout: { toString(): string }; stderr: { toString(): string } }>;
};
export default asc;
