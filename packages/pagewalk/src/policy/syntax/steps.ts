/** Puts a call of the guard's `spend` at the entry of each loop and, if asked for, of each function: what bounds a decision's work. */
import { type Node, nameOf, type Source, type Syntax, walk } from './ast.ts';

/** The file in which `spend` is, as the compiler names files. */
export const GUARD = 'assembly/guarded/guard';
/** Under these names, which nobody may declare. */
const SPEND = '__spend';
const ALLOCATE = '__allocate';

export function countSteps(syntax: Syntax, source: Source, where: 'loops' | 'loops and functions'): void {
  let counted = 0;
  for (const statement of syntax.statements(source)) {
    walk(statement, (node) => {
      const isLoop = syntax.is(node, 'For', 'While', 'Do', 'ForOf');
      const isFunction = where !== 'loops' && syntax.is(node, 'FunctionDeclaration', 'MethodDeclaration');
      if (!(isLoop || isFunction) || !node['body']) return undefined;
      prepend(syntax, node, call(syntax, node, SPEND, []));
      counted++;
      return undefined;
    });
  }
  if (counted > 0) importFrom(syntax, source, GUARD, 'spend', SPEND);
}

/** Before each allocation, the guard is told of it: in the functions of the runtime that all others come down to. */
export function countAllocations(syntax: Syntax, runtime: Source): void {
  for (const statement of syntax.statements(runtime)) {
    const name = syntax.is(statement, 'FunctionDeclaration') ? nameOf(statement) : '';
    if (name === '__alloc' || name === '__realloc') {
      const size = syntax.compiler.Node.createIdentifierExpression('size', runtime.range);
      prepend(syntax, statement, call(syntax, statement, ALLOCATE, [size as unknown as Node]));
    }
  }
  importFrom(syntax, runtime, GUARD, 'allocate', ALLOCATE);
}

function prepend(syntax: Syntax, node: Node, statement: Node): void {
  const body = node['body'] as Node;
  if (syntax.is(body, 'Block')) (body['statements'] as Node[]).unshift(statement);
  else {
    const block = syntax.compiler.Node.createBlockStatement([statement, body] as never, body.range as never);
    (node as Record<string, unknown>)['body'] = block;
  }
}

function call({ compiler }: Syntax, at: Node, name: string, args: readonly Node[]): Node {
  const range = at.range as never;
  const callee = compiler.Node.createIdentifierExpression(name, range);
  const expression = compiler.Node.createCallExpression(callee, null, args as never, range);
  return compiler.Node.createExpressionStatement(expression) as unknown as Node;
}

function importFrom({ compiler }: Syntax, source: Source, file: string, name: string, as: string): void {
  const range = source.range;
  const make = compiler.Node;
  const declaration = make.createImportDeclaration(
    make.createIdentifierExpression(name, range),
    make.createIdentifierExpression(as, range),
    range,
  );
  const statement = make.createImportStatement([declaration], make.createStringLiteralExpression(file, range), range);
  statement.internalPath = file;
  // Behind the other imports: what those need is compiled before the guard.
  source.statements.push(statement);
}
