/**
 * Arithmetic in templates: numbers, names, `+ − × ÷` (also `- * /`), parentheses, `round(x, 2)`.
 * Guarantees: what was parsed is evaluated in bounded time and without any code of the author's
 * being run; the same values give the same number; what is no finite number is `null`.
 */

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'negative'; readonly of: Expression }
  | { readonly kind: 'round'; readonly of: Expression; readonly digits: number }
  | {
      readonly kind: 'binary';
      readonly sign: '+' | '-' | '*' | '/';
      readonly left: Expression;
      readonly right: Expression;
    };

/** An author writes a line, not a program; deeper nesting is a mistake or an attack on the stack. */
const LENGTH_MAX = 200;
const DEPTH_MAX = 16;
/** Decimals that are kept when a number is written: beyond them lies only the error of binary fractions. */
const DECIMALS = 6;
const VALUE_MAX = 1e12;

/** `null`: it is not one. */
export function parse(text: string): Expression | null {
  if (text.length > LENGTH_MAX) return null;
  // Full-width signs are what a Chinese keyboard gives.
  const plain = text.normalize('NFKC').replaceAll('×', '*').replaceAll('÷', '/').replaceAll('−', '-');
  const tokens = plain.match(/\d+(?:\.\d+)?|[a-z][a-z0-9]*|[-+*/(),]|\S/g) ?? [];
  let at = 0;
  const taken = (...wanted: readonly string[]): string | null => {
    const token = tokens[at];
    if (token === undefined || !wanted.includes(token)) return null;
    at += 1;
    return token;
  };

  function sum(depth: number): Expression | null {
    let left = product(depth);
    for (let sign = taken('+', '-'); left !== null && sign !== null; sign = taken('+', '-')) {
      left = joined(sign, left, product(depth));
    }
    return left;
  }
  function product(depth: number): Expression | null {
    let left = factor(depth);
    for (let sign = taken('*', '/'); left !== null && sign !== null; sign = taken('*', '/')) {
      left = joined(sign, left, factor(depth));
    }
    return left;
  }
  function factor(depth: number): Expression | null {
    if (depth > DEPTH_MAX) return null;
    if (taken('-') !== null) {
      const of = factor(depth + 1);
      return of === null ? null : { kind: 'negative', of };
    }
    if (taken('(') !== null) {
      const inner = sum(depth + 1);
      return taken(')') === null ? null : inner;
    }
    const token = tokens[at] ?? '';
    at += 1;
    if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
    if (token === 'round') return rounding(depth);
    return /^[a-z]/.test(token) ? { kind: 'name', name: token } : null;
  }
  function rounding(depth: number): Expression | null {
    if (taken('(') === null) return null;
    const of = sum(depth + 1);
    const digits = taken(',') === null ? '0' : taken('0', '1', '2', '3', '4', '5', '6');
    return of === null || digits === null || taken(')') === null ? null : { kind: 'round', of, digits: Number(digits) };
  }

  const whole = sum(0);
  return at === tokens.length ? whole : null;
}

function joined(sign: string, left: Expression, right: Expression | null): Expression | null {
  return right === null ? null : { kind: 'binary', sign: sign as '+' | '-' | '*' | '/', left, right };
}

/** `null`: no finite number comes of it (a division by zero, a name without a number). */
export function evaluate(expression: Expression, numberNamed: (name: string) => number | undefined): number | null {
  const value = raw(expression, numberNamed);
  return Number.isFinite(value) && Math.abs(value) < VALUE_MAX ? value : null;
}

function raw(expression: Expression, numberNamed: (name: string) => number | undefined): number {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'name':
      return numberNamed(expression.name) ?? Number.NaN;
    case 'negative':
      return -raw(expression.of, numberNamed);
    case 'round':
      return rounded(raw(expression.of, numberNamed), expression.digits);
    case 'binary': {
      const left = raw(expression.left, numberNamed);
      const right = raw(expression.right, numberNamed);
      switch (expression.sign) {
        case '+':
          return left + right;
        case '-':
          return left - right;
        case '*':
          return left * right;
        case '/':
          return left / right;
        default:
          return expression.sign satisfies never;
      }
    }
    default:
      return expression satisfies never;
  }
}

/** Half away from zero, as taught at school; 1.005 is 1.01, though its binary fraction lies a little below. */
export function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  const whole = Math.round(Math.abs(value) * scale * (1 + 4 * Number.EPSILON));
  return value < 0 && whole !== 0 ? -whole / scale : whole / scale;
}

/** As people write it: at most six decimals, none without need. @example written(0.1 * 3) // '0.3' */
export function written(value: number): string {
  return rounded(value, DECIMALS)
    .toFixed(DECIMALS)
    .replace(/\.?0+$/, '');
}
