/** Reads sources with the TypeScript parser, for rules that no import shows. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** TypeScript files under a folder of the repository, as paths from its root. */
export function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes('/dist/') && !path.includes('node_modules'));
}

export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

function each(text: string, visit: (node: ts.Node) => void): void {
  const walk = (node: ts.Node): void => {
    visit(node);
    ts.forEachChild(node, walk);
  };
  walk(ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true));
}

/** Clocks, chance, waiting and the outside world: what a fold over events must not know. */
const IMPURE = new Set([
  'Date',
  'performance',
  'process',
  'globalThis',
  'crypto',
  'fetch',
  'console',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'Promise',
  'eval',
  'Function',
  'Intl',
  'toLocaleString',
  'localeCompare',
]);

/** What in this text could make two folds of the same events differ. */
export function impurities(text: string): string[] {
  const found: string[] = [];
  each(text, (node) => {
    if (ts.isIdentifier(node) && IMPURE.has(node.text) && !isName(node)) found.push(node.text);
    if (ts.isPropertyAccessExpression(node) && node.name.text === 'random' && node.expression.getText() === 'Math') {
      found.push('Math.random');
    }
    if (ts.isElementAccessExpression(node) && node.expression.getText() === 'Math') found.push('Math[…]');
    if (ts.isAwaitExpression(node)) found.push('await');
    if (node.kind === ts.SyntaxKind.AsyncKeyword) found.push('async');
    if (node.kind === ts.SyntaxKind.ImportKeyword && ts.isCallExpression(node.parent)) found.push('import()');
  });
  return found;
}

/** A field of ours may be called what it likes: `claim.performance`, `{ process: 1 }`. Methods of values may not. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return node.text !== 'toLocaleString' && node.text !== 'localeCompare';
  }
  return (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) && parent.name === node;
}

/** Whether this text reads the environment, however it spells it. */
export function readsEnvironment(text: string): boolean {
  let found = false;
  each(text, (node) => {
    if (
      ts.isPropertyAccessExpression(node) &&
      node.name.text === 'env' &&
      /(^|\.)process$/.test(node.expression.getText())
    ) {
      found = true;
    }
    if (ts.isElementAccessExpression(node) && /(^|\.)process$/.test(node.expression.getText())) found = true;
    if (
      ts.isVariableDeclaration(node) &&
      node.initializer?.getText() === 'process' &&
      ts.isObjectBindingPattern(node.name)
    ) {
      found = true;
    }
    if (ts.isImportDeclaration(node) && /['"](node:)?process['"]/.test(node.moduleSpecifier.getText())) found = true;
  });
  return found;
}

const SQL =
  /\bselect\s[\s\S]*\bfrom\s|\binsert\s+into\s+\w|\bupdate\s+\w+(\s+\w+)?\s+set\s|\bdelete\s+from\s+\w|\b(create|alter|drop|truncate)\s+(table|database|index)\b/i;

/** The strings of this text that are SQL, shortened. Comments are not strings. */
export function sqlStrings(text: string): string[] {
  const found: string[] = [];
  each(text, (node) => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
    if (isText && SQL.test(node.getText())) found.push(node.getText().slice(0, 60));
  });
  return found;
}

/** Every string and template of this text, whole: SQL is put together from pieces that are none by themselves. */
export function stringsOf(text: string): string[] {
  const found: string[] = [];
  each(text, (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) found.push(node.getText());
  });
  return found;
}
