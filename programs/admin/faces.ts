/** Faces on the command line: erasure for one person, and sealing anew after a key changed. */
import { findTrainee } from '../../server/classes/store.ts';
import type { Config } from '../../server/config.ts';
import type { Db } from '../../server/db/pool.ts';
import { resealAll } from '../../server/proofs/face/reseal/reseal.ts';
import { createFaceStore } from '../../server/proofs/face/store.ts';
import { refuse } from '../../server/refused.ts';
import type { Command } from './command.ts';

export const faceCommands: Readonly<Record<string, Command>> = {
  'faces erase': {
    options: ['platform', 'trainee'],
    usage: `faces erase --platform <id> --trainee <id>
      删除该学员本人的人脸数据与密钥，终止其同意 · erases all that is stored of this person’s face, with its key, and ends the consent`,
    prepare: (given) => {
      const [platform, trainee] = [given.need('platform'), given.need('trainee')];
      return async ({ db }) => {
        const found = await findTrainee(db, trainee);
        if (found === null || found.platformId !== platform)
          return refuse('学员不存在', 'the platform has no such trainee');
        // A check that waits is noticed by whoever asked for it: something else is asked instead.
        await createFaceStore(db).endConsent(found.personKey, 'erased', Date.now());
        return [
          `已删除 · erased：${trainee}`,
          '备份中的副本随 face_keys 的备份到期而失效，见运维文档 · copies in backups end with the backups of face_keys: see the operations page',
        ];
      };
    },
  },
  'faces reseal': {
    options: [],
    usage: `faces reseal
      更换 FACE_KEYS 后，以最新密钥重新封存（服务器也会逐步进行）
      after FACE_KEYS changed, seals with the newest key what an older one sealed; the server does so by and by`,
    prepare:
      () =>
      ({ db, config }) =>
        reseal(db, config),
  },
};

async function reseal(db: Db, config: Config): Promise<readonly string[]> {
  const { face } = config;
  if (face === null) return refuse('未启用人脸（FACE_ENGINE）', 'faces are off');
  const { sealed, lost } = await resealAll({ db, keys: face.keys, now: Date.now });
  return [`已重新封存 · sealed anew：${sealed}`, `密钥已不存在 · key is gone：${lost}`];
}
