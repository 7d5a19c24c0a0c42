/** A comment line may not be longer than the readers take. */
const LINE_CHARACTERS = 1000;

/** Comment lines that say where a trace comes from. */
export function header(facts: Readonly<Record<string, string>>): string {
  const lines = Object.entries(facts).map(([name, value]) => {
    const line = `# ${name}: ${value}`;
    return line.length > LINE_CHARACTERS ? `${line.slice(0, LINE_CHARACTERS)}…` : line;
  });
  return `${lines.join('\n')}\n`;
}

/** A command line as one would type it, on one line whatever is in it. */
export function shellText(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!/\p{Cc}/u.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  return `$'${word.replace(/[\\']/g, '\\$&').replace(/\p{Cc}/gu, escaped)}'`;
}

function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
