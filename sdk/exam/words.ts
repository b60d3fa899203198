/** Every word that an exam's page shows, in both languages. The paper's own words come from the server. */
import type { Words } from '../wire.ts';
import type { Language } from './surface.ts';

const zh = {
  exam: '考试',
  enterTitle: '进入考试',
  enterClock: '进入后由服务器计时。离开页面、关闭浏览器或断网，计时都不停止；可以在本机或另一台设备上继续。',
  enterSaved: '每题作答后自动保存；看到“已保存”才是已经保存。到时由服务器自动交卷。',
  enterFacts:
    '考试期间，本页会记录：离开页面、切换窗口、退出全屏、外接屏幕、复制粘贴、打印、开发者工具。记录只供人查看，不会自动判为违规。',
  enter: '进入考试',
  opening: '正在进入考试…',
  left: '剩余 {time}',
  leftMinutes: '考试还剩 {minutes} 分钟',
  leftNone: '时间到',
  items: '题目（已答 {answered} / {of}）',
  itemTitle: '第 {n} 题，共 {of} 题',
  itemNone: '第 {n} 题，未作答',
  itemWaiting: '第 {n} 题，尚未保存',
  itemSaved: '第 {n} 题，已保存',
  itemRefused: '第 {n} 题，未能保存',
  before: '上一题',
  after: '下一题',
  handIn: '交卷',
  notAnswered: '本题未作答',
  saving: '本题正在保存…',
  saved: '本题已保存',
  refused: '本题未能保存：{why}',
  empty: '不能改回未作答，此前的答案仍然有效',
  offline: '网络已断开，{count} 题尚未保存：恢复后自动保存，请不要关闭本页。计时继续。',
  offlineNone: '网络已断开，作答会在恢复后保存。计时继续。',
  hintMultiple: '选出所有正确的选项，可能不止一项。',
  hintOrder: '用“上移”“下移”排好顺序。',
  hintNumber: '填写数字。',
  hintPoint: '在图中点出位置；也可以用方向键移动十字，按住 Shift 微调。',
  pointed: '横向 {across}%，纵向 {down}%',
  up: '上移',
  down: '下移',
  upOf: '上移：{step}',
  downOf: '下移：{step}',
  orderNow: '{step}：现在是第 {place} 步',
  picture: '题目图片',
  sureTitle: '确定交卷吗？',
  sureBody: '交卷后不能再修改。',
  sureMissing: '未作答：第 {list} 题。',
  sureAll: '全部 {of} 题都已作答。',
  sureWaiting: '尚未保存：第 {list} 题。会先保存，再交卷。',
  sureRefused: '未能保存、不计分：第 {list} 题。',
  back: '返回作答',
  handingIn: '正在交卷…',
  timeUpTitle: '考试时间到',
  timeUpBody: '服务器正在交卷，计入此前已保存的作答。请稍候，成绩出来后显示在这里。',
  timeUpLost: '到时仍未保存、不计入：第 {list} 题。',
  takenOverTitle: '考试已在另一页面或设备上继续',
  takenOverBody: '本页不再保存作答。如要回到本页继续，请按下面的按钮。',
  takenOverBodyAlone: '本页不再保存作答。如要回到这里继续，请从平台重新进入考试。',
  retake: '在此继续考试',
  failedTitle: '现在不能考试',
  again: '重新进入',
  closedTitle: '已离开考试页面',
  closedBody: '计时继续。请从平台重新进入考试。',
  resultTitle: '考试成绩',
  resultScore: '{score} 分',
  resultPassed: '合格（及格线 {mark} 分）',
  resultFailed: '不合格（及格线 {mark} 分）',
  resultTopics: '各知识点答对',
  resultTopic: '{topic}：{right} / {of}',
  resultStopped: '本场考试已按考试规则提前交卷，由人工复核。',
  resultCorrected: '本成绩经过人工更正。',
  resultLeaf: '已写入公开账本，第 {leafIndex} 片叶',
  code: '代码：{code}',
  ticketMissing: '没有考试凭证，请从平台重新进入考试',
  ticketFetch: '获取考试凭证失败，正在重试',
  pageError: '页面回调出错',
  disconnected: '网络已断开，正在重试',
} as const;

export type Key = keyof typeof zh;

const en: Readonly<Record<Key, string>> = {
  exam: 'Exam',
  enterTitle: 'Enter the exam',
  enterClock:
    'The server keeps the time once you enter. Leaving the page, closing the browser or losing the network does not stop it; you can go on here or on another device.',
  enterSaved: 'Each answer is saved by itself; it is saved once it says “Saved”. When time is up the server hands in.',
  enterFacts:
    'During the exam this page records: leaving it, changing windows, leaving fullscreen, a second screen, copying and pasting, printing, developer tools. People may look at these records; nothing is judged by them alone.',
  enter: 'Enter the exam',
  opening: 'Entering the exam…',
  left: '{time} left',
  leftMinutes: '{minutes} min left',
  leftNone: 'Time is up',
  items: 'Items ({answered} of {of} answered)',
  itemTitle: 'Item {n} of {of}',
  itemNone: 'Item {n}, not answered',
  itemWaiting: 'Item {n}, not saved yet',
  itemSaved: 'Item {n}, saved',
  itemRefused: 'Item {n}, could not be saved',
  before: 'Previous',
  after: 'Next',
  handIn: 'Hand in',
  notAnswered: 'Not answered',
  saving: 'Saving…',
  saved: 'Saved',
  refused: 'Could not be saved: {why}',
  empty: 'An answer cannot be taken back; the one given before still counts',
  offline:
    'Disconnected; not saved yet: {count}. They are saved once the network is back; do not close this page. The clock runs on.',
  offlineNone: 'Disconnected; answers are saved once the network is back. The clock runs on.',
  hintMultiple: 'Choose every right answer; there may be several.',
  hintOrder: 'Put the steps in order with Up and Down.',
  hintNumber: 'Type a number.',
  hintPoint: 'Click the place in the picture, or move the cross with the arrow keys; hold Shift for small steps.',
  pointed: '{across}% across, {down}% down',
  up: 'Up',
  down: 'Down',
  upOf: 'Move up: {step}',
  downOf: 'Move down: {step}',
  orderNow: '{step}: now number {place}',
  picture: 'Picture of the item',
  sureTitle: 'Hand in now?',
  sureBody: 'Nothing can be changed afterwards.',
  sureMissing: 'Not answered: {list}.',
  sureAll: 'All {of} items are answered.',
  sureWaiting: 'Not saved yet: {list}. They are saved first.',
  sureRefused: 'Could not be saved and do not count: {list}.',
  back: 'Back to the exam',
  handingIn: 'Handing in…',
  timeUpTitle: 'Time is up',
  timeUpBody: 'The server is handing in what was saved. Please wait; the result will be shown here.',
  timeUpLost: 'Not saved in time, and not counted: {list}.',
  takenOverTitle: 'The exam goes on at another page or device',
  takenOverBody: 'Nothing more is saved here. Press the button to go on here instead.',
  takenOverBodyAlone: 'Nothing more is saved here. To go on here, enter the exam again from your platform.',
  retake: 'Go on here',
  failedTitle: 'The exam cannot be sat now',
  again: 'Enter again',
  closedTitle: 'You left the exam',
  closedBody: 'The clock runs on. Enter again from your platform.',
  resultTitle: 'Result',
  resultScore: '{score} points',
  resultPassed: 'Passed (pass mark {mark})',
  resultFailed: 'Not passed (pass mark {mark})',
  resultTopics: 'Right answers by topic',
  resultTopic: '{topic}: {right} / {of}',
  resultStopped: 'It was handed in early by the rules of the exam; a person looks into it.',
  resultCorrected: 'This result was corrected by a person.',
  resultLeaf: 'In the public ledger, leaf {leafIndex}',
  code: 'Code: {code}',
  ticketMissing: 'No ticket; enter the exam again from your platform.',
  ticketFetch: 'No ticket came; trying again.',
  pageError: 'A page callback failed',
  disconnected: 'Disconnected; trying again.',
};

export const catalogues: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { 'zh-CN': zh, en };

export function fill(words: string, values: Readonly<Record<string, string | number>> = {}): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export const wordsOf = (key: Key): Words => ({ zh: zh[key], en: en[key] });

export interface Speech {
  say(key: Key, values?: Readonly<Record<string, string | number>>): string;
  pick(words: Words): string;
  language: Language;
}

export function createSpeech(language: Language): Speech {
  const speech: Speech = {
    language,
    say: (key, values) => fill(catalogues[speech.language][key], values),
    pick: ({ zh, en }) => (speech.language === 'en' ? en : zh),
  };
  return speech;
}
