/** The commands of `npm run admin`: what each takes, does and says. Options are checked here, data in the files beside. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { idField } from '../../server/auth/fields.ts';
import { readTable } from '../../server/classes/bank/table.ts';
import { refuse } from '../../server/refused.ts';
import { UsageError } from '../tool.ts';
import { importBank } from './bank/importBank.ts';
import { noPictures, openPictures, type Pictures } from './bank/pictures.ts';
import { readClassFile } from './classFile.ts';
import type { Command, Given } from './command.ts';
import { faceCommands } from './faces.ts';
import { importClass } from './importClass.ts';
import { runAndTell } from './patterns.ts';
import { addPerson, boundOf, resetPassword } from './people.ts';
import { addKey, addPlatform, readPublicKey, retireKey, rotateKey } from './platforms.ts';
import { policyCommands } from './policies.ts';
import { tripCommands } from './trips.ts';

const once = '只显示这一次，请妥善保存 · shown this once; keep it safe';

export const commands: Readonly<Record<string, Command>> = {
  'platform add': {
    options: ['id', 'name'],
    usage: `platform add --id <id> --name <名称 name>
      登记平台，显示其 API 密钥（仅一次）· registers a platform and shows its API key, once`,
    prepare: (given) => {
      const [id, name] = [checked(given, 'id', idField), checked(given, 'name', idField)];
      return async ({ db }) => {
        const apiKey = await addPlatform(db, id, name);
        return [`已登记平台 · platform added：${id}`, `API key：${apiKey}`, once];
      };
    },
  },
  'platform rotate-key': {
    options: ['id'],
    usage: `platform rotate-key --id <id>
      换新 API 密钥，旧的立即失效 · gives a new API key; the old one stops at once`,
    prepare: (given) => {
      const id = checked(given, 'id', idField);
      return async ({ db }) => {
        const apiKey = await rotateKey(db, id);
        return [`已更换 · rotated：${id}`, `API key：${apiKey}`, once];
      };
    },
  },
  'key add': {
    options: ['platform', 'kid', 'alg', 'pem'],
    usage: `key add --platform <id> --kid <kid> --alg ES256|RS256 --pem <文件 file>
      登记平台自签学习凭证的公钥 · registers the public key of tickets that the platform signs`,
    prepare: (given) => {
      const [platform, kid] = [checked(given, 'platform', idField), checked(given, 'kid', idField)];
      const alg = given.need('alg');
      if (alg !== 'ES256' && alg !== 'RS256') throw new UsageError('--alg: ES256, RS256');
      const key = readPublicKey(readGiven(given.need('pem')).toString('utf8'), alg);
      return async ({ db }) => {
        await addKey(db, platform, kid, key);
        return [`已登记公钥 · key added：${platform} / ${kid} (${alg})`];
      };
    },
  },
  'key retire': {
    options: ['platform', 'kid'],
    usage: `key retire --platform <id> --kid <kid>
      停用公钥，其签发的凭证立即失效 · retires a key; tickets it signed stop at once`,
    prepare: (given) => {
      const [platform, kid] = [checked(given, 'platform', idField), checked(given, 'kid', idField)];
      return async ({ db }) => {
        await retireKey(db, platform, kid);
        return [`已停用 · retired：${platform} / ${kid}`];
      };
    },
  },
  'person add': {
    options: ['username', 'role', 'region', 'platform', 'trainee'],
    usage: `person add --username <名 name> --role monitor|reviewer --region <22|2205|220581>
  person add --username <名 name> --role platform --platform <id>
  person add --username <名 name> --role trainee --trainee <id>
      开户，显示随机密码（仅一次）· adds an account and shows a random password, once`,
    prepare: (given) => {
      const username = usernameOf(given);
      const role = given.need('role');
      if (role !== 'monitor' && role !== 'reviewer' && role !== 'platform' && role !== 'trainee') {
        throw new UsageError('--role: monitor, reviewer, platform, trainee');
      }
      const [region, platform, trainee] = [given.has('region'), given.has('platform'), given.has('trainee')];
      const bound = boundOf({ role, region, platform, trainee });
      return async ({ db }) => {
        const password = await addPerson(db, username, bound);
        return [`已开户 · account added：${username} (${role})`, `密码 password：${password}`, once];
      };
    },
  },
  'person reset-password': {
    options: ['username'],
    usage: `person reset-password --username <名 name>
      换新随机密码 · gives a new random password`,
    prepare: (given) => {
      const username = usernameOf(given);
      return async ({ db }) => {
        const password = await resetPassword(db, username);
        return [`已重置 · password reset：${username}`, `密码 password：${password}`, once];
      };
    },
  },
  ...policyCommands,
  ...tripCommands,
  ...faceCommands,
  import: {
    options: ['file', 'questions', 'pictures'],
    usage: `import --file <class.json> [--questions <题库 bank.csv|.xlsx>] [--pictures <图片 folder|.zip>]
      导入班级、课程、题库与学员；可重复执行，只增改不删除；题库不足的新班级不予导入
      imports a class, its lessons, questions and trainees; may run again; removes nothing;
      a new class whose question bank is too thin is refused`,
    prepare: (given) => {
      const file = readClassFile(readGiven(given.need('file')));
      const table = given.has('questions');
      const bank = table === undefined ? null : readTable(readGiven(table));
      const pictures = picturesOf(given);
      return async ({ db, config }) => {
        const reports = await importClass(db, config.secrets.master, file, bank, pictures);
        const questions = file.lessons.reduce((sum, lesson) => sum + lesson.questions.length, 0);
        const total = questions + Math.max(0, (bank?.length ?? 1) - 1);
        return [
          `已导入 · imported：${file.class.id}`,
          `  课程 lessons ${file.lessons.length}，题目 questions ${total}，学员 trainees ${file.trainees.length}`,
          ...reports.flatMap(({ lines }) => lines),
        ];
      };
    },
  },
  patterns: {
    options: [],
    usage: `patterns
      立即比对多人的证据并提出疑点（服务器每十分钟自动进行）
      holds many people’s evidence against each other and raises alerts, now; the server does so every ten minutes`,
    prepare:
      () =>
      ({ db }) =>
        runAndTell(db),
  },
  'questions import': {
    options: ['file', 'lesson', 'class', 'pictures'],
    positional: 'file',
    usage: `questions import <题库 bank.csv|.xlsx> --lesson <id> | --class <id> [--pictures <图片 folder|.zip>]
      导入题库（须全部正确），报告每门课程的题库覆盖；可重复执行，只增改不删除
      imports a question bank, all or nothing, and reports how well it covers each lesson`,
    prepare: (given) => {
      const [lesson, inClass] = [given.has('lesson'), given.has('class')];
      if ((lesson === undefined) === (inClass === undefined)) {
        throw new UsageError('--lesson 与 --class 须给且只给一个 · give either --lesson or --class');
      }
      const scope =
        lesson === undefined
          ? { classId: checked(given, 'class', idField) }
          : { lessonId: checked(given, 'lesson', idField) };
      const rows = readTable(readGiven(given.need('file')));
      const pictures = picturesOf(given);
      return async ({ db }) => importBank(db, rows, scope, pictures);
    },
  },
};

function picturesOf(given: Given): Pictures {
  const path = given.has('pictures');
  return path === undefined ? noPictures : openPictures(path);
}

function checked(given: Given, name: string, schema: z.ZodType<string>): string {
  const read = schema.safeParse(given.need(name));
  if (!read.success) throw new UsageError(`--${name}：1–128 个可见字符 · 1 to 128 printable characters`);
  return read.data;
}

/** What the login accepts. */
function usernameOf(given: Given): string {
  const username = checked(given, 'username', idField);
  if (username.length > 64 || username !== username.trim()) {
    throw new UsageError('--username：至多 64 字，首尾无空格 · at most 64 characters, no blanks around');
  }
  return username;
}

function readGiven(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return refuse(`读不到文件 ${path}（${code ?? '?'}）`, 'the file cannot be read');
  }
}
