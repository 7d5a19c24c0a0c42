/** `./my-policy.ts` is `my_policy`. */
export function idOf(file: string): string {
  const name = file.replace(/^.*[/\\]/, '').replace(/\.\w+$/, '');
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .replace(/^[^a-z]+/, '') || 'own'
  );
}
