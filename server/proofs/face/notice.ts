/**
 * The information notice 明白纸 that consent is given to. Its version goes with every consent: whoever changes a
 * word here gives it a new one, and everybody is asked anew. What it must say: 个人信息保护法 §§14–17, 29;
 * 人脸识别技术应用安全管理办法.
 */
import type { Words } from '../../../sdk/wire.ts';

export const NOTICE = '2026-11';

export const notice: readonly Words[] = [
  {
    zh: '目的：确认在线学习和考试时是您本人。只用于此，不作他用。',
    en: 'Why: to confirm that it is you who learns and sits the exam. For nothing else.',
  },
  {
    zh: '内容：登记时从您的人脸照片算出特征数据，照片随即丢弃；检查时拍摄约 8 张照片，用于比对和活体判断。',
    en: 'What: at enrolment numbers are made of pictures of your face, and the pictures are dropped; a check takes about 8 pictures, to compare them and to see that you are live.',
  },
  {
    zh: '保存：特征数据加密保存，最长一年；检查的特征数据最长 180 天；未通过检查的照片仅在监管方要求时加密保存，到期删除。',
    en: 'Kept: encrypted, for a year at most; of checks for 180 days at most; pictures of checks that failed only where the supervising authority asks for it, encrypted, and deleted when their time is over.',
  },
  {
    zh: '自愿：您可以不同意，也可以随时撤回。撤回后人脸数据立即删除，改为回答随堂问题，学时计算完全相同。',
    en: 'Your choice: you may refuse, and withdraw at any time. Then all data of your face are deleted at once and you answer questions instead; your study time counts exactly the same.',
  },
  {
    zh: '决定：系统只提示疑点，是否违规由人工认定；您有权要求说明和复核。',
    en: 'Decisions: the system only points at doubts; a person decides. You may ask for reasons and for a review.',
  },
];
