/** A literal of the source text as a value: the row of a policy. Knows where each part of it stands. */
import { type Node, nameOf, type Place, placeOf, type Syntax, textOf } from './ast.ts';
import { keyOf } from './text.ts';

export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

export interface Read {
  readonly value: Value;
  /** The place of `params.0.min`; of the nearest part around it that is there. */
  placeOf(path: string): Place;
}

export class NotALiteral extends Error {
  readonly node: Node;

  constructor(node: Node, message: string) {
    super(message);
    this.node = node;
  }
}

/** @throws NotALiteral */
export function readLiteral(syntax: Syntax, node: Node): Read {
  const places = new Map<string, Place>();
  const value = read(syntax, node, '', places);
  return {
    value,
    placeOf(path) {
      for (let at = path; ; at = at.slice(0, at.lastIndexOf('.'))) {
        const place = places.get(at);
        if (place) return place;
        if (!at.includes('.')) return places.get('') ?? { line: 1, column: 1 };
      }
    },
  };
}

function read(syntax: Syntax, node: Node, path: string, places: Map<string, Place>): Value {
  places.set(path, placeOf(node));
  const under = (child: unknown, key: string | number): Value =>
    read(syntax, child as Node, path === '' ? `${key}` : `${path}.${key}`, places);
  const inside = (child: unknown): Value => read(syntax, child as Node, path, places);
  switch (syntax.kindOf(node)) {
    case 'True':
      return true;
    case 'False':
      return false;
    case 'Null':
      return null;
    case 'Parenthesized':
    case 'Assertion':
      return inside(node['expression']);
    case 'UnaryPrefix': {
      const operand = inside(node['operand']);
      if (typeof operand === 'number' && textOf(node).startsWith('-')) return -operand;
      break;
    }
    case 'Binary': {
      const left = inside(node['left']);
      const right = inside(node['right']);
      if (typeof left === 'string' && typeof right === 'string') return left + right;
      break;
    }
    case 'Literal':
      return literal(node, under);
  }
  throw new NotALiteral(node, 'not a plain value: write text, numbers, true, false, lists and objects of these');
}

function literal(node: Node, under: (child: unknown, key: string | number) => Value): Value {
  if (Array.isArray(node['elementExpressions'])) return node['elementExpressions'].map(under);
  if (Array.isArray(node['names']) && Array.isArray(node['values'])) {
    const { values } = node as unknown as { values: readonly unknown[] };
    const keys = node['names'].map((name) => keyOf(nameOf(name)));
    return Object.fromEntries(keys.map((key, place) => [key, under(values[place], key)]));
  }
  if (Array.isArray(node['parts'])) return node['parts'].join('');
  const text = textOf(node);
  if (/^[\d.]/.test(text)) return Number(text.replaceAll('_', ''));
  if (typeof node['value'] === 'string') return node['value'];
  throw new NotALiteral(node, 'not a plain value: write text, numbers, true, false, lists and objects of these');
}
