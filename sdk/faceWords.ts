/** Every word that the SDK's own face dialogs say, zh-CN first. The notice and the advice are the server's. */
import type { FaceAction, Words } from './wire.ts';

const w = (zh: string, en: string): Words => ({ zh, en });

export const actionWords: Readonly<Record<FaceAction, Words>> = {
  front: w('请正对屏幕', 'Look straight ahead'),
  turnLeft: w('向左转头', 'Turn your head left'),
  turnRight: w('向右转头', 'Turn your head right'),
  nod: w('低头', 'Look down'),
  openMouth: w('张开嘴', 'Open your mouth'),
  blink: w('闭上眼睛', 'Close your eyes'),
};
/** Enrolment wants small turns. */
export const littleWords: Partial<Record<FaceAction, Words>> = {
  turnLeft: w('头稍微向左', 'A little to the left'),
  turnRight: w('头稍微向右', 'A little to the right'),
};
/** As in the mirror that the preview is. */
export const actionSigns: Readonly<Record<FaceAction, string>> = {
  front: '●',
  turnLeft: '←',
  turnRight: '→',
  nod: '↓',
  openMouth: 'O',
  blink: '–',
};

export const say = {
  checkTitle: w('请确认是您本人', 'Confirm that it is you'),
  checkHow: w(
    '摄像头只打开约 {seconds} 秒，拍完即关。屏幕会变换颜色，其余照常进行。',
    'The camera opens for about {seconds} s only. The screen changes its colour; all else goes on.',
  ),
  left: w('剩余 {seconds} 秒', '{seconds} s left'),
  open: w('打开摄像头', 'Open the camera'),
  question: w('改为回答问题', 'Answer a question instead'),
  same: w('回答问题同样计入学时。', 'A question counts just the same.'),
  opening: w('正在打开摄像头…', 'Opening the camera…'),
  allow: w('浏览器询问时请选择“允许”。', 'When the browser asks, choose “Allow”.'),
  place: w('请把脸放进框里', 'Bring your face into the frame'),
  sending: w('摄像头已关闭，正在发送…', 'The camera is closed. Sending…'),
  again: w('没有看清，请再试一次', 'It was not clear enough: please try again'),
  takenTitle: w('已收到，摄像头已关闭', 'Received; the camera is closed'),
  taken: w('通过后，待确认的时间会一并计入。', 'Once it passes, the time that is held is credited.'),
  lateTitle: w('时间已过', 'Time is up'),
  late: w('稍后会再次确认，届时完成即可。', 'You will be asked again shortly.'),
  noCameraTitle: w('没有可用的摄像头', 'No camera can be used'),
  noCamera: w(
    '没有摄像头或未获允许，已改为回答问题，学时同样计入。',
    'There is none, or it was not allowed. A question comes instead and counts just the same.',
  ),
  wasHidden: w(
    '页面被切到后台，摄像头已关闭。请重新开始。',
    'The page was hidden, so the camera was closed. Start again.',
  ),
  offlineTitle: w('未能发送', 'Not sent'),
  offline: w('网络未连接，请重试。', 'No connection: please try again.'),
  retry: w('重试', 'Try again'),
  done: w('知道了', 'Got it'),
  close: w('关闭', 'Close'),
  back: w('返回', 'Back'),

  offerTitle: w('可用人脸确认代替部分随堂问题', 'Face checks can stand for some questions'),
  offer: w(
    '完全自愿。不使用时照常回答随堂问题，学时同样计入。',
    'Entirely your choice. Without them you answer questions as ever, and your time counts just the same.',
  ),
  read: w('了解并选择', 'Read and choose'),
  no: w('不使用', 'No, thanks'),

  consentTitle: w('人脸信息处理告知', 'How your face data are used'),
  version: w('告知版本 {version}', 'Version {version} of this notice'),
  agree: w('我已阅读以上告知，单独同意处理我的人脸信息', 'I have read this, and consent to it separately'),
  agreeFirst: w('请先勾选同意，或选择“不同意”。', 'Tick your consent first, or choose “I do not consent”.'),
  consent: w('同意并继续', 'Consent and go on'),
  refuse: w('不同意，回答问题', 'I do not consent: questions'),
  refused: w(
    '不同意没有任何影响：随堂问题照常，学时同样计入。',
    'Refusing costs nothing: questions come as ever, and your time counts just the same.',
  ),

  enrolTitle: w('登记人脸', 'Enrol your face'),
  enrolHow: w(
    '摄像头将打开约 10 秒：正对屏幕，再稍微向左、向右转头。请光线充足，只有您一人。照片算出特征后即丢弃。',
    'The camera opens for about 10 s: look ahead, then a little left and right. Good light, nobody else. The pictures are dropped once numbers are made of them.',
  ),
  later: w('以后再说', 'Not now'),
  enrolledTitle: w('登记完成', 'You are enrolled'),
  enrolled: w(
    '之后的确认可以使用人脸，也可以随时改为回答问题。',
    'From now on a check can use your face; you may choose a question each time.',
  ),
  manageTitle: w('人脸确认已启用', 'Face checks are on'),
  renew: w('重新登记', 'Enrol anew'),
  withdraw: w('撤回同意并删除人脸数据', 'Withdraw and delete my face data'),
  withdrawTitle: w('撤回同意？', 'Withdraw your consent?'),
  withdrawHow: w(
    '您的人脸数据会立即删除，以后改为回答问题，学时同样计入。',
    'Your face data are deleted at once. Questions come from then on, and count just the same.',
  ),
  withdrawnTitle: w('已撤回，人脸数据已删除', 'Withdrawn; your face data are deleted'),
  noCameraHere: w(
    '没有可用的摄像头，或未获允许。可以以后再登记；现在回答问题即可，学时同样计入。',
    'No camera can be used, or it was not allowed. Enrol later if you like; questions count just the same.',
  ),
  badge: w('正在使用摄像头', 'Camera in use'),
} as const;

/** Where an exam says it in other words. */
const goOn = w('请继续考试。', 'Go on with the exam.');
export const sayInExam = {
  ...say,
  question: w('改为现场核验', 'Have a supervisor confirm it'),
  same: w('成绩不受影响。', 'Your score is the same.'),
  taken: goOn,
  late: goOn,
  noCamera: w(
    '没有摄像头或未获允许，已改为现场核验，成绩不受影响。',
    'There is none, or it was not allowed. A supervisor confirms it instead; your score is the same.',
  ),
};

/** With `{name}` filled in. */
export function filled({ zh, en }: Words, name: string, value: string | number): Words {
  const put = (text: string): string => text.replace(`{${name}}`, `${value}`);
  return { zh: put(zh), en: put(en) };
}
