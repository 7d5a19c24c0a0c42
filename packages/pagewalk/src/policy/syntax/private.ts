/**
 * AssemblyScript does not keep anybody out of private members. In the files that stand between a policy and the engine they get
 * names that no program can write.
 */
import { type Node, nameOf, type Source, type Syntax, walk } from './ast.ts';

export function hidePrivate(syntax: Syntax, source: Source, flags: readonly ('Private' | 'Protected')[]): void {
  const hidden = new Set<string>();
  const each = (visit: (node: Node) => void): void => {
    for (const statement of syntax.statements(source)) {
      walk(statement, (node) => {
        visit(node);
        return undefined;
      });
    }
  };
  each((node) => {
    const isMember = syntax.is(node, 'FieldDeclaration', 'MethodDeclaration');
    if (isMember && nameOf(node) !== 'constructor' && flags.some((flag) => syntax.has(node, flag))) {
      hidden.add(nameOf(node));
    }
  });
  const hide = (name: unknown): void => {
    const identifier = name as { text: string };
    if (hidden.has(identifier.text)) identifier.text = `${identifier.text} (hidden)`;
  };
  each((node) => {
    if (syntax.is(node, 'FieldDeclaration', 'MethodDeclaration')) hide(node['name']);
    if (syntax.is(node, 'PropertyAccess')) hide(node['property']);
  });
}
