import type { TextFormat } from './format.ts';

export const lackey: TextFormat = {
  name: 'lackey',
  shape: "valgrind lackey's ' L address,size'",
  resembles: /^(I {2}| [LSM] |==\d+==|--\d+--|\*\*\d+\*\*)/,
  reader: 1,
  option: ({ modify = 'write' }) => (modify === 'both' ? 1 : 0),
  settings: ({ modify = 'write' }) => ({ modify }),
};
