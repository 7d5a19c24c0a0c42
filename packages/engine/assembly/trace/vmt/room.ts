/** Memory behind what the module has: only instances that read or write .vmt take it. */
export function room(bytes: usize): usize {
  const at = (<usize>memory.size()) << 16;
  const pages = <i32>((bytes + 0xffff) >> 16);
  if (memory.grow(pages) < 0) abort('out of memory');
  return at;
}
