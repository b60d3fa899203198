/**
 * What to change before the next try, in words, zh-CN first. Pure. Guarantees: every code has words (a new one
 * does not compile without); nothing is said of how alike two faces were, nor of what gave a picture away.
 */
import type { FaceAdvice, Words } from '../../../sdk/wire.ts';
import type { EnrolAdvice } from './enrol.ts';
import type { FaceReason } from './judge.ts';

type AdviceCode = EnrolAdvice | 'dimRoom' | 'followActions' | 'keepOpen';

const words: Readonly<Record<AdviceCode, Words>> = {
  noFace: { zh: '请让整张脸出现在画面中，不要遮挡', en: 'Bring your whole face into the picture, uncovered.' },
  severalFaces: { zh: '画面中请只留您一人', en: 'Be the only person in the picture.' },
  comeCloser: { zh: '请靠近一些', en: 'Come closer.' },
  moveBack: { zh: '请离远一些', en: 'Move back a little.' },
  holdStill: { zh: '请拿稳设备，动作放慢', en: 'Hold the device still and move slowly.' },
  moreLight: { zh: '光线太暗，请到亮一些的地方', en: 'It is too dark: find more light.' },
  lessLight: { zh: '光线太强，请避开直射光', en: 'It is too bright: avoid direct light.' },
  lookStraight: { zh: '请正对屏幕', en: 'Look straight at the screen.' },
  notOnePerson: { zh: '拍摄过程中请不要换人', en: 'Let one person stay before the camera.' },
  moveALittle: { zh: '拍摄时请稍微转动头部', en: 'Move your head a little while pictures are taken.' },
  dimRoom: {
    zh: '请调亮屏幕，避开窗户和强灯，让屏幕的光照到脸上',
    en: 'Turn the screen brighter and away from windows and lamps, so that its light reaches your face.',
  },
  followActions: { zh: '请按提示完成每个动作，幅度大一些', en: 'Do each action as it is shown, and clearly.' },
  keepOpen: { zh: '请在提示结束前保持页面打开', en: 'Keep the page open until the check is over.' },
};

/** So many at once: more is not read. */
const MOST = 3;

export function adviceOf(codes: readonly AdviceCode[]): readonly FaceAdvice[] {
  return [...new Set(codes)].slice(0, MOST).map((code) => ({ code, words: words[code] }));
}

/** What the reasons of a check that said nothing ask to be changed. */
export function adviceFor(reasons: readonly FaceReason[]): readonly FaceAdvice[] {
  return adviceOf(reasons.flatMap(codeOf));
}

const ofPicture = { dark: 'moreLight', glare: 'lessLight', blurred: 'holdStill', small: 'comeCloser' } as const;

function codeOf(reason: FaceReason): readonly AdviceCode[] {
  switch (reason.code) {
    case 'noFace':
    case 'severalFaces':
      return [reason.code];
    case 'poorPicture':
      return [ofPicture[reason.what]];
    case 'poseUnclear':
      return ['followActions'];
    case 'flashUnclear':
      return ['dimRoom'];
    case 'distanceUnclear':
      return ['lookStraight', 'moreLight'];
    case 'tooFewFrames':
    case 'tooLate':
      return ['keepOpen'];
    case 'noTemplates':
    case 'timesDisagree':
    case 'poseNotFollowed':
    case 'flat':
    case 'framesRepeat':
    case 'flashOther':
    case 'notOnePerson':
    case 'nearEnrolment':
    case 'nearEarlier':
    case 'otherPerson':
      return [];
    default:
      return reason satisfies never;
  }
}
