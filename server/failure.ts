/**
 * What an operator can put right, in words, zh-CN first. Guarantees: each names the variable to
 * change; a database is named by its host, port and name, never by its user or password.
 */
import { firstFault, NO_NAME, UNREACHED } from './away.ts';

interface Where {
  /** `null`: embedded. */
  readonly databaseUrl: string | null;
  readonly host?: string;
  readonly port?: number;
}

/** `null`: nothing is known about this failure but its own message. */
export function failureWords(error: unknown, where: Where): string | null {
  const fault = firstFault(error);
  if (fault === null) return null;
  return listenWords(fault, where) ?? databaseWords(fault, where.databaseUrl);
}

type Fault = Error & {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly hostname?: unknown;
};

function listenWords({ code, syscall, hostname }: Fault, { host, port }: Where): string | null {
  if (host === undefined || port === undefined) return null;
  const unknownHost = NO_NAME.has(String(code)) && hostname === host;
  if (syscall !== 'listen' && syscall !== 'bind' && !unknownHost) return null;
  switch (code) {
    case 'EADDRINUSE':
      return `端口 ${port} 已被占用，请设置 PORT · port ${port} is taken; set PORT`;
    case 'EACCES':
      return `无权使用端口 ${port}，请把 PORT 设为 1024 以上 · port ${port} is not allowed; set PORT to 1024 or above`;
    default:
      return `HOST=${host} 不是本机地址，请设为 127.0.0.1 或 0.0.0.0 · HOST=${host} is not an address of this machine; set 127.0.0.1 or 0.0.0.0`;
  }
}

function databaseWords(fault: Fault, databaseUrl: string | null): string | null {
  if (databaseUrl === null) return null;
  const code = typeof fault.code === 'string' ? fault.code : '';
  const place = placeOf(databaseUrl);
  if (UNREACHED.has(code) || NO_NAME.has(code)) return unreachable(place, code);
  if (/timeout exceeded when trying to connect|Connection terminated/.test(fault.message))
    return unreachable(place, 'timeout');
  // 28: the login; 3D: no such database; 53: no room; 57P: starting or stopping.
  if (/^(28|3D|53|57P)/.test(code)) {
    return `DATABASE_URL：数据库 ${place} 拒绝了连接，请检查用户、密码与库名 · the database at ${place} refused us; check its user, password and name (${code})`;
  }
  if (fault instanceof URIError || /SSL|SASL|SCRAM/.test(fault.message)) {
    return `DATABASE_URL：不能用它连接 ${place}，请检查密码的转义与 TLS 选项 · it cannot be used to connect to ${place}; check the password’s escapes and the TLS options`;
  }
  return null;
}

function unreachable(place: string, why: string): string {
  return `DATABASE_URL：连不上数据库 ${place}，请检查地址或启动数据库 · the database at ${place} cannot be reached; check the address, or start it (${why})`;
}

/** Host, port and name of a database, without who logs in and how. */
export function placeOf(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) return '?';
  const { host, pathname } = new URL(databaseUrl);
  return `${host}${pathname}`;
}
