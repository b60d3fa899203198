/**
 * `npm start`, on a Node that can. Guarantees: what an operator can put right (a configuration, a
 * taken port, a database that is not there) ends with words, not a stack; the first SIGINT or
 * SIGTERM drains and stops, a second one ends at once; exit code 0 after a clean stop, 1 otherwise.
 * What cannot be gone on from is said in a line, drained as far as it goes, and ends with 1, so that
 * a supervisor starts the process anew.
 */
import { buildAll } from './build.ts';
import { type Config, ConfigError, readEnvironment } from './config.ts';
import { failureWords } from './failure.ts';
import { createLog } from './log.ts';
import { type Running, start } from './main.ts';

/** Orchestrators kill after 30 s; whoever hangs longer than this will not finish. */
const STOP_TIMEOUT_MS = 25_000;
/** npm passes a Ctrl-C on that the terminal has already delivered: that is one wish, not two. */
const SAME_WISH_MS = 500;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const sayError = (text: string): void => void process.stderr.write(`${text}\n`);

function configure(): Config {
  try {
    return readEnvironment();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    sayError(`配置有误，未启动。\n${error.message}`);
    process.exit(1);
  }
}

function greeting({ url, demo }: Running, config: Config): string {
  const lines = [
    '',
    '真学 Zhenxue 已启动 · is running',
    '',
    `  监督台 Console   ${url}/console/`,
    `  接口文档 Docs    ${url}/docs`,
  ];
  const trainee = demo?.trainees[0];
  const lesson = demo?.lessons[0];
  if (demo !== null && trainee !== undefined && lesson !== undefined) {
    lines.push(
      `  学习页 Player    ${trainee.name} → ${trainee.playerUrls[lesson.id] ?? ''}`,
      ...(trainee.examUrl === undefined ? [] : [`  考试页 Exam      ${trainee.name} → ${trainee.examUrl}`]),
      '',
      '  可登录 Who can log in',
      ...demo.users.map(({ role, username, password }) => `    ${roleWords[role] ?? role}  ${username} / ${password}`),
      '',
      `  其余学员与平台密钥见 All trainees and the platform's key: ${config.dataDir}/demo.json`,
    );
  }
  return [...lines, '', '  Ctrl-C 停止 · stops', ''].join('\n');
}

function wordsOf(error: unknown, config: Config): string {
  return failureWords(error, config) ?? (error instanceof Error ? error.message : String(error));
}

const roleWords: Readonly<Record<string, string>> = {
  monitor: '监控员 monitor ',
  reviewer: '审核员 reviewer',
  trainee: '学员 trainee   ',
};

/** Whoever read what is said here is gone (`| head`, a collector that died): the service goes on, unheard. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Resolves once the server runs; the process then ends by a signal. */
export async function serve(): Promise<void> {
  outliveReaders();
  const config = configure();
  const log = createLog('info');
  let running: Promise<Running> | undefined;
  let askedAt: number | null = null;

  async function end(signal: string, code: 0 | 1 = 0): Promise<void> {
    if (askedAt !== null) {
      if (performance.now() - askedAt < SAME_WISH_MS) return;
      process.exit(1);
    }
    askedAt = performance.now();
    say(`\n${signal}：正在停止，再按一次强制结束 · stopping; once more to force`);
    setTimeout(() => {
      sayError('停止超时，强制结束 · stopping took too long; ended');
      process.exit(1);
    }, STOP_TIMEOUT_MS).unref();
    try {
      await (await running)?.stop();
      process.exit(code);
    } catch {
      process.exit(1);
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(signal));

  function endFor(what: string, error: unknown): void {
    log.fatal({ err: error }, what);
    sayError(`致命错误，即将退出 · fatal, ending: ${wordsOf(error, config)}`);
    void end(what, 1);
  }

  // State of which nothing is known any more must not be judged on: stop, and let what is stored be folded again.
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(fault, (error: unknown) => endFor(fault, error));
  }

  try {
    const built = await buildAll();
    if (built.length > 0) say(`已构建 · built: ${built.join(', ')}`);
    running = start(config, log);
    const started = await running;
    say(greeting(started, config));
    void started.lost.then((error) => endFor('database', error));
  } catch (error) {
    // What nobody foresaw keeps its stack for whoever has to find out.
    if (failureWords(error, config) === null) log.fatal({ err: error }, 'not started');
    sayError(`未启动 · not started: ${wordsOf(error, config)}`);
    process.exit(1);
  }
}
