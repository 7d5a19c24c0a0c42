/**
 * What a policy that somebody brings along may not say: whatever could reach memory, the host, or time that nobody counts. It may use the
 * vocabulary, what it declares, and what the contract exports; state is in fields of classes.
 */
import { nearest } from '../../machine/config/nearest.ts';
import { type Node, nameOf, type Place, placeOf, type Source, type Syntax, textOf, walk } from './ast.ts';
import { CONTRACT, CONTRACT_THERE, DECORATORS, HARMLESS, isChance, reachesMemory, VOCABULARY } from './vocabulary.ts';

export interface Complaint extends Place {
  readonly message: string;
}

const DECLARATIONS = [
  'ClassDeclaration',
  'InterfaceDeclaration',
  'FunctionDeclaration',
  'EnumDeclaration',
  'TypeDeclaration',
  'VariableDeclaration',
  'Parameter',
  'TypeParameter',
  'ImportDeclaration',
];

/** Imports from elsewhere: to be asked before the compiler looks for such files. */
export function foreignImports(syntax: Syntax, source: Source): Complaint[] {
  return syntax.statements(source).flatMap((statement) => {
    const path = (statement['path'] as { readonly value?: string } | null | undefined)?.value;
    if (path === undefined || path === CONTRACT_THERE) return [];
    const message = `a policy is one file: it can import from '${CONTRACT}' only, not from '${path}'`;
    return [{ ...placeOf(statement), message }];
  });
}

/** @param language names that the language itself has; @param contract names that can be imported. */
export function complaintsAbout(
  syntax: Syntax,
  source: Source,
  language: ReadonlySet<string>,
  contract: ReadonlySet<string>,
): Complaint[] {
  const checker = new Checker(syntax, language, contract);
  for (const statement of syntax.statements(source)) checker.declareAll(statement);
  for (const statement of syntax.statements(source)) checker.topLevel(statement);
  return checker.complaints;
}

class Checker {
  readonly complaints: Complaint[] = [];
  private readonly syntax: Syntax;
  private readonly language: ReadonlySet<string>;
  private readonly contract: ReadonlySet<string>;
  private readonly declared = new Set<string>();

  constructor(syntax: Syntax, language: ReadonlySet<string>, contract: ReadonlySet<string>) {
    this.syntax = syntax;
    this.language = language;
    this.contract = contract;
  }

  declareAll(statement: Node): void {
    walk(statement, (node) => {
      const name = nameOf(node);
      if (!this.syntax.is(node, ...DECLARATIONS) || name === '') return undefined;
      if (name.startsWith('__')) this.complain(node, `${name}: names that begin with __ are the compiler's`);
      else if (this.language.has(name) && !VOCABULARY.has(name) && !HARMLESS.has(name)) {
        this.complain(node, `${name} is a name of the language itself: give this another one`);
      } else this.declared.add(name);
      return undefined;
    });
  }

  topLevel(statement: Node): void {
    const { syntax } = this;
    if (syntax.is(statement, 'Import')) this.importing(statement);
    else if (syntax.is(statement, 'Variable')) {
      for (const declaration of statement['declarations'] as Node[]) this.constant(declaration);
    } else if (
      !syntax.is(
        statement,
        'ClassDeclaration',
        'InterfaceDeclaration',
        'FunctionDeclaration',
        'EnumDeclaration',
        'TypeDeclaration',
      )
    ) {
      this.complain(statement, 'only classes, functions, enums, types and constants stand at the top of a policy');
      return;
    }
    if (syntax.is(statement, 'EnumDeclaration')) this.withoutCalls(statement);
    walk(statement, (node, parent, field) => this.look(node, parent, field));
  }

  private importing(statement: Node): void {
    const declarations = statement['declarations'] as Node[] | null;
    if (!declarations) this.complain(statement, `name what is imported: import { Policy, … } from '${CONTRACT}'`);
    for (const declaration of declarations ?? []) {
      const name = nameOf(declaration['foreignName']);
      if (this.contract.has(name)) continue;
      const meant = nearest(name, [...this.contract]);
      const there = meant ? `did you mean ${meant}?` : `it has ${[...this.contract].sort().join(', ')}`;
      this.complain(declaration, `'${CONTRACT}' has no ${name}; ${there}`);
    }
  }

  private constant(declaration: Node): void {
    const { syntax } = this;
    if (!syntax.has(declaration, 'Const')) {
      this.complain(
        declaration,
        `${nameOf(declaration)}: what changes is a field of the policy's class, or snapshots miss it; write const`,
      );
    }
    this.withoutCalls(declaration);
  }

  /** Constants are made before there is a machine, and a guard. */
  private withoutCalls(node: Node): void {
    walk(node, (part) => {
      if (!this.syntax.is(part, 'Call', 'New')) return undefined;
      this.complain(part, 'a constant is a plain value: calls belong into the constructor of the policy');
      return false;
    });
  }

  private look(node: Node, parent: Node | null, field: string): boolean | undefined {
    const { syntax } = this;
    const reason = this.refused(node, parent);
    if (reason !== undefined) {
      this.complain(node, reason);
      return false;
    }
    switch (syntax.kindOf(node)) {
      case 'Import':
        return false;
      case 'Decorator':
        return false;
      case 'Identifier':
        if (this.isUse(parent, field)) this.use(node, nameOf(node));
        return undefined;
      case 'PropertyAccess':
        this.member(node);
        return undefined;
      default:
        return undefined;
    }
  }

  /** Why there may be no such node at all. */
  private refused(node: Node, parent: Node | null): string | undefined {
    const { syntax } = this;
    switch (syntax.kindOf(node)) {
      case 'Function':
        return 'functions as values are not part of the contract: write a method or a function with a name';
      case 'Class':
        return 'write a class with a name at the top of the file';
      case 'NamespaceDeclaration':
      case 'Module':
        return 'namespaces are not part of the contract';
      case 'ForOf':
        return 'for … of needs an object that nobody counts the steps of: write for (let i: u32 = 0; …)';
      case 'Try':
        return 'there are no exceptions to catch: throw ends the run';
      case 'Decorator': {
        const name = nameOf(node);
        return DECORATORS.has(name) ? undefined : `@${name} is not part of the contract`;
      }
      case 'FieldDeclaration':
        return syntax.has(node, 'Static')
          ? `${nameOf(node)}: state is in fields of objects, not of classes`
          : undefined;
      case 'New':
        return nameOf(node['typeName']) === 'Column' ? 'columns are made by column<T>(length)' : undefined;
      case 'ClassDeclaration':
        return this.baseRefused(node);
      case 'FunctionDeclaration':
      case 'MethodDeclaration':
        return syntax.has(node, 'Declare') || syntax.has(node, 'Ambient')
          ? 'declare reaches out of the policy'
          : undefined;
      case 'Literal':
        return literalRefused(node, parent, syntax);
      default:
        return undefined;
    }
  }

  private baseRefused(node: Node): string | undefined {
    if (this.syntax.has(node, 'Declare')) return 'declare reaches out of the policy';
    const base = nameOf((node['extendsType'] as Node | null)?.['name']);
    const isOpen = base === '' || base === 'Policy' || !this.contract.has(base);
    return isOpen ? undefined : `${base} is not made to be extended: keep one in a field`;
  }

  /** Whether an identifier names something, rather than being the name of a member, a declaration or a label. */
  private isUse(parent: Node | null, field: string): boolean {
    const { syntax } = this;
    if (parent === null) return true;
    if (syntax.is(parent, 'PropertyAccess')) return field !== 'property';
    if (syntax.is(parent, 'TypeName')) return field === 'identifier';
    if (syntax.is(parent, 'Break', 'Continue')) return false;
    return !(field === 'name' || field === 'label');
  }

  private use(node: Node, name: string): void {
    if (this.declared.has(name) || VOCABULARY.has(name) || name === '') return;
    const missing = this.contract.has(name)
      ? `is not imported: write import { ${name} } from '${CONTRACT}'`
      : 'is neither declared here nor part of the contract of policies';
    this.complain(node, `${name} ${missing}`);
  }

  private member(node: Node): void {
    const object = nameOf(node['expression']);
    const member = nameOf(node['property']);
    if (reachesMemory(object, member))
      this.complain(node, `${object}.${member} is not part of the contract of policies`);
    if (isChance(object, member))
      this.complain(node, `${object}.${member} is different in each run: use Random, made from context.seed`);
  }

  private complain(node: Node, message: string): void {
    this.complaints.push({ ...placeOf(node), message });
  }
}

function literalRefused(node: Node, parent: Node | null, syntax: Syntax): string | undefined {
  const text = textOf(node);
  if (/^[\d.]/.test(text)) return undefined;
  if (/^["']/.test(text)) {
    const isMessage =
      (syntax.is(parent, 'New') && nameOf(parent?.['typeName']) === 'Error') ||
      (syntax.is(parent, 'Call') && nameOf(parent?.['expression']) === 'assert') ||
      syntax.is(parent, 'Import');
    return isMessage ? undefined : 'text is for messages only: throw new Error("…"), assert(…, "…")';
  }
  if (text.startsWith('[')) return 'lists are columns: column<u32>(length), in the constructor';
  if (text.startsWith('{')) return 'objects are classes: new Name(…), in the constructor';
  return 'text that is put together is not part of the contract';
}
