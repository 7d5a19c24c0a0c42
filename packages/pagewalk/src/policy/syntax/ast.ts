/** AssemblyScript's syntax trees as far as this library reads and changes them: nodes by the name of their kind, walked by their fields. */
import type * as Compiler from 'assemblyscript';

export type Assemblyscript = typeof Compiler;
export type { Parser, Source } from 'assemblyscript';

type Source = Compiler.Source;

/** A node of any kind: its children are among its fields. */
export interface Node {
  readonly kind: number;
  readonly range: { readonly start: number; readonly end: number; readonly source: Source };
  readonly [field: string]: unknown;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What an enum of the compiler is at run time: names and numbers both ways. */
type Enumeration = Readonly<Record<string, number>> & Readonly<Record<number, string>>;

export class Syntax {
  readonly compiler: Assemblyscript;
  private readonly kinds: Enumeration;
  private readonly flags: Enumeration;

  constructor(compiler: Assemblyscript) {
    const enums = compiler as unknown as Record<'NodeKind' | 'CommonFlags', Enumeration>;
    this.compiler = compiler;
    this.kinds = enums.NodeKind;
    this.flags = enums.CommonFlags;
  }

  kindOf(node: Node): string {
    return this.kinds[node.kind] ?? '';
  }

  is(node: Node | null, ...kinds: string[]): boolean {
    return node !== null && kinds.includes(this.kindOf(node));
  }

  /** Whether a declaration has a modifier, `Private` or `Static`. */
  has(node: Node, flag: string): boolean {
    return (((node['flags'] as number | undefined) ?? 0) & (this.flags[flag] ?? 0)) !== 0;
  }

  statements(source: Source): Node[] {
    return source.statements as unknown as Node[];
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'kind' in value && 'range' in value;

/** The nodes in the fields of a node, each with the field's name. */
export function* childrenOf(node: Node): Generator<[child: Node, field: string]> {
  for (const [field, value] of Object.entries(node)) {
    if (field === 'range') continue;
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield [child, field];
  }
}

/** Calls `visit` for a node and all below it, parents first; where it returns false, not for what is below. */
export function walk(root: Node, visit: (node: Node, parent: Node | null, field: string) => boolean | undefined): void {
  const seen = new Set<Node>();
  const go = (node: Node, parent: Node | null, field: string): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (visit(node, parent, field) === false) return;
    for (const [child, name] of childrenOf(node)) go(child, node, name);
  };
  go(root, null, '');
}

export const textOf = (node: Node): string => node.range.source.text.slice(node.range.start, node.range.end);

/** The name in an identifier, or of a declaration. */
export function nameOf(node: unknown): string {
  if (!isNode(node)) return '';
  if (typeof node['text'] === 'string') return node['text'];
  return nameOf(node['name'] ?? node['identifier']);
}

export function placeOf({ range }: Pick<Node, 'range'>): Place {
  const before = range.source.text.slice(0, range.start).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
