/** What the host says about how to read: up to 16 numbers, whose meaning each reader has of its own. */
export const OPTION_COUNT: u32 = 16;
export const OPTIONS: usize = memory.data(16 * 4);

export function option(index: u32): u32 {
  return load<u32>(OPTIONS + ((<usize>index) << 2));
}
