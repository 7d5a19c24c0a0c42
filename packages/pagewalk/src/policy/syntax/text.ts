/** What a policy's text is for the compiler: the same to the column, but for a few words that it would not understand. */
import { CONTRACT, CONTRACT_THERE } from './vocabulary.ts';

/** The constant that is the row. */
export const ROW = 'policy';
/** `default` cannot be a key for the compiler, `Default` can. */
const KEY = 'default';
const KEY_THERE = 'Default';

export function textForCompiler(source: string): string {
  const text = source
    .replaceAll(/^import\b[^;'"]*/gm, (names) => names.replaceAll(/\btype(?=\s+[\w{])/g, '    '))
    .replaceAll(new RegExp(`(from\\s*|import\\s*)(['"])${CONTRACT}\\2`, 'g'), `$1$2${CONTRACT_THERE}$2`);
  const row = new RegExp(`\\bconst\\s+${ROW}\\b[^={;]*=\\s*\\{`).exec(text);
  if (!row) return text;
  const start = row.index + row[0].length;
  const end = start + lengthOfObject(text.slice(start));
  const keys = text.slice(start, end).replaceAll(new RegExp(`\\b${KEY}(?=\\s*:)`, 'g'), KEY_THERE);
  return text.slice(0, start) + keys + text.slice(end);
}

/** A key of the row as it stood in the source. */
export const keyOf = (name: string): string => (name === KEY_THERE ? KEY : name);

/** Characters up to the brace that closes an object, given what is behind the one that opens it. */
function lengthOfObject(text: string): number {
  let depth = 1;
  const tokens = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\/.*|\/\*[\s\S]*?\*\/|[{}]/g;
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    if (token[0] === '{') depth++;
    if (token[0] === '}' && --depth === 0) return token.index;
  }
  return text.length;
}
